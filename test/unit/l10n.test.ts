import assert from 'node:assert/strict';
import { section, settings } from '../../src/settings/manifest.ts';
import { exportSentences, readBundle } from '../packaging/l10n.mjs';

describe('The bundle of sentences for translators', () => {
  it('holds every sentence of the code; `npm run format` exports them', async () => {
    assert.equal(await readBundle(), await exportSentences());
  });

  it('names only settings that exist, by their full key', async () => {
    const keys = Object.keys(settings).map((key) => `${section}.${key}`);
    const named = (await readBundle()).match(/\bmlflowSecretsAuth(\.\w+)*/g) ?? [];
    const unknown = new Set(named).difference(new Set(keys));
    // A group of settings may be named, too.
    const isGroup = (name: string): boolean => keys.some((key) => key.startsWith(`${name}.`));
    assert.deepEqual(
      [...unknown].filter((name) => !isGroup(name)),
      [],
    );
  });
});
