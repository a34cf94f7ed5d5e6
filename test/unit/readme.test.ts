import assert from 'node:assert/strict';
import { commands } from '../../src/settings/manifest.ts';
import { readSources, withSettingsTable } from '../packaging/settings-table.mjs';

const sources = await readSources(new URL('../../', import.meta.url));

describe('the README', () => {
  it('has the settings as package.json has them (npm run format brings them up to date)', async () => {
    const { readme, manifest, words } = sources;
    assert.equal(readme, await withSettingsTable(readme, manifest, words));
  });

  it('names every command that the palette offers', () => {
    const words = sources.words as Record<string, string>;
    for (const id of Object.values(commands)) {
      if (id === commands.showActions) continue;
      const title = words[`command.${id.split('.')[1] ?? ''}`] ?? 'no title';
      assert.ok(sources.readme.includes(title), title);
    }
  });
});
