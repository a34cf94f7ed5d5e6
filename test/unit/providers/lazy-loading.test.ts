import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { buildOptions } from '../../../esbuild.config.mjs';
import type { ProviderId } from '../../../src/settings/manifest.ts';

const sdks = {
  vault: ['node-vault', 'axios'],
  aws: ['@aws-sdk/client-secrets-manager', '@aws-sdk/client-sts', '@aws-sdk/credential-providers'],
  azure: ['@azure/keyvault-secrets', '@azure/identity'],
  stored: [],
} as const satisfies Record<ProviderId, readonly string[]>;
const all: readonly string[] = Object.values(sdks).flat();

/** Which SDKs a fresh process loads that opens this source; of `stored`, a secret is read, too. */
async function loadedBy(provider: keyof typeof sdks): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'open-source.mjs'),
    provider,
  ]);
  const packages = JSON.parse(stdout) as string[];
  return all.filter((sdk) => packages.includes(sdk)).sort();
}

describe('SDKs are loaded on first use, each for its source only', function () {
  this.timeout(60_000);

  for (const provider of Object.keys(sdks) as (keyof typeof sdks)[]) {
    it(`${provider} loads ${sdks[provider].join(' and ') || 'none'}`, async () => {
      assert.deepEqual(await loadedBy(provider), [...sdks[provider]].sort());
    });
  }

  it('none is in the bundle that the editor loads at its start', async () => {
    const { metafile } = await build({
      ...buildOptions({ production: true }),
      entryPoints: [{ in: 'src/extension.ts', out: 'extension' }],
      metafile: true,
      write: false,
    });
    const inputs = Object.keys(metafile.inputs);
    assert.ok(inputs.includes('src/providers/providers.ts'));
    assert.deepEqual(
      inputs.filter((file) => all.some((sdk) => file.includes(`node_modules/${sdk}/`))),
      [],
    );
  });
});
