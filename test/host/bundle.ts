import { join } from 'node:path';
import { build } from 'esbuild';
import { checkout } from '../support/setup/parts.mjs';

/** Bundles the suites as the editor loads them; resolves to the file that exports `run`. */
export async function bundleSuites(): Promise<string> {
  const outfile = join(checkout, 'out', 'host', 'index.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'inside', 'index.ts')],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}
