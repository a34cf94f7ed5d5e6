import assert from 'node:assert/strict';
import { settings } from '../../../src/settings/manifest.ts';
import { readSources, withSettingsTables } from '../../packaging/settings-table.mjs';

const { page, manifest, words } = await readSources(new URL('../../../', import.meta.url));

describe('docs/settings.md', () => {
  it('has the settings as package.json has them; `npm run format` brings them up to date', async () => {
    assert.equal(page, await withSettingsTables(page, manifest, words));
  });

  it('has a row for each setting', () => {
    for (const key of Object.keys(settings)) {
      assert.ok(page.includes(`\n| \`mlflowSecretsAuth.${key}\``), key);
    }
  });
});
