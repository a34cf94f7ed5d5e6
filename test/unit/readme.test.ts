import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { commands } from '../../src/settings/manifest.ts';
import { readSources, withSettingsTables } from '../packaging/settings-table.mjs';

const root = new URL('../../', import.meta.url);
const { page, manifest, words } = await readSources(root);
const readme = readFileSync(new URL('README.md', root), 'utf8');

describe('the README', () => {
  it('names every command that the palette offers', () => {
    const titles = words as Record<string, string>;
    for (const id of Object.values(commands)) {
      if (id === commands.showActions) continue;
      const title = titles[`command.${id.split('.')[1] ?? ''}`] ?? 'no title';
      assert.ok(readme.includes(title), title);
    }
  });

  it('is short enough to be read: under 150 lines', () => {
    assert.ok(readme.split('\n').length < 150);
  });
});

describe('docs/settings.md', () => {
  it('has the settings as package.json has them (npm run format brings them up to date)', async () => {
    assert.equal(page, await withSettingsTables(page, manifest, words));
  });
});
