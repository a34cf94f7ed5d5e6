import assert from 'node:assert/strict';
import { readConfiguration } from '../../../src/configuration/read-configuration.ts';
import { foundValue } from '../../../src/settings/found-value.ts';
import type { InspectedSetting } from '../../../src/settings/found-value.ts';
import { settings } from '../../../src/settings/manifest.ts';
import type { SettingKey } from '../../../src/settings/manifest.ts';
import type { SettingsLayer } from '../../../src/settings/setting-values.ts';
import { foundAfterWriting } from '../../../src/settings/written-values.ts';

const before: readonly InspectedSetting[] = [
  {},
  { globalValue: 'mine', globalLocalValue: 'mine' },
  { workspaceValue: 'theirs' },
  { globalValue: 'mine', globalLocalValue: 'mine', workspaceValue: 'theirs' },
  { globalValue: 'remote', globalLocalValue: 'mine', globalRemoteValue: 'remote' },
];

function found(key: SettingKey, inspected: InspectedSetting): SettingsLayer {
  const value = foundValue(inspected, settings[key].scope);
  return value === undefined ? {} : { [key]: value };
}

describe('what is entered in the wizard', () => {
  for (const key of ['vault.address', 'aws.endpoint'] as const) {
    for (const inspected of before) {
      it(`is read before it is written as it is after: ${key} over ${JSON.stringify(inspected)}`, () => {
        const isOwn = key === 'aws.endpoint';
        const written = isOwn
          ? { ...inspected, globalValue: 'new', globalLocalValue: 'new' }
          : { ...inspected, workspaceValue: 'new' };
        const after = foundAfterWriting(found(key, inspected), { [key]: 'new' }, true);
        assert.deepEqual(after, found(key, written));
      });
    }
  }

  it('is the user’s own in a window without a folder, so that the destination is the same once it is written', async () => {
    const texts = {
      trackingUri: 'https://mlflow.company.com',
      provider: 'vault',
      'vault.address': 'https://vault.company.com',
      'vault.path': 'secret/mlflow',
    };
    const ambient = async (hasFolder: boolean): Promise<unknown> => {
      const result = await readConfiguration({
        settings: foundAfterWriting({}, texts, hasFolder),
        environment: {},
        hasBootstrap: async () => Promise.resolve(false),
      });
      assert.ok(result.kind === 'ready');
      const { source } = result.configuration;
      return 'ambientIsAllowed' in source && source.ambientIsAllowed;
    };
    assert.equal(await ambient(false), true);
    assert.equal(await ambient(true), false);
  });

  it('leaves what is unchanged as it is found', () => {
    const own = found('vault.address', { globalValue: 'mine' });
    assert.deepEqual(foundAfterWriting(own, { 'vault.address': 'mine' }, true), own);
  });
});
