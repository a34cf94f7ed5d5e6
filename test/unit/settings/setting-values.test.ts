import assert from 'node:assert/strict';
import { readValues } from '../../../src/settings/setting-values.ts';
import type { SettingsLayer } from '../../../src/settings/setting-values.ts';

const workspace = { kind: 'workspace' } as const;
const fromEnvironment = (variable: string) => ({ kind: 'environment', variable }) as const;

describe('reading settings', () => {
  it('uses the defaults when nothing is set', () => {
    const values = readValues([{}]);
    assert.equal(values.get('provider'), 'auto');
    assert.equal(values.get('cache.ttlSeconds'), 300);
    assert.equal(values.optional('trackingUri'), undefined);
    assert.deepEqual(values.problems, []);
  });

  it('lets a setting beat a variable and a variable beat the default, and knows which it was', () => {
    const settings: SettingsLayer = { 'vault.address': { value: 'https://a', origin: workspace } };
    const environment: SettingsLayer = {
      'vault.address': { value: 'https://b', origin: fromEnvironment('VAULT_ADDR') },
      'vault.namespace': { value: 'team', origin: fromEnvironment('VAULT_NAMESPACE') },
    };
    const values = readValues([settings, environment]);
    assert.equal(values.get('vault.address'), 'https://a');
    assert.deepEqual(values.origin('vault.address'), workspace);
    assert.equal(values.get('vault.namespace'), 'team');
    assert.deepEqual(values.origin('vault.namespace'), fromEnvironment('VAULT_NAMESPACE'));
    assert.deepEqual(values.origin('vault.path'), { kind: 'default' });
  });

  it('takes an empty text as not set', () => {
    const values = readValues([
      { 'vault.address': { value: '', origin: workspace } },
      { 'vault.address': { value: 'https://b', origin: fromEnvironment('VAULT_ADDR') } },
    ]);
    assert.equal(values.get('vault.address'), 'https://b');
  });

  const faults: [string, SettingsLayer, RegExp][] = [
    [
      'a number out of range',
      { 'cache.ttlSeconds': { value: 0, origin: workspace } },
      /^mlflowSecretsAuth\.cache\.ttlSeconds must be a whole number from 1 to 86400; 300 is used instead\.$/,
    ],
    [
      'a number as text',
      { 'proxy.port': { value: '8080', origin: workspace } },
      /proxy\.port must be a whole number/,
    ],
    ['a fraction', { 'cache.ttlSeconds': { value: 1.5, origin: workspace } }, /whole number/],
    [
      'a text as number',
      { trackingUri: { value: 5, origin: workspace } },
      /trackingUri must be a string of at most/,
    ],
    [
      'an unknown choice',
      { provider: { value: 'gcp', origin: workspace } },
      /provider must be one of auto, vault, aws, azure, stored; "auto" is used instead/,
    ],
    [
      'a text as switch',
      { 'python.intercept': { value: 'yes', origin: workspace } },
      /must be true or false/,
    ],
    [
      'a list of other things',
      { allowedHosts: { value: [1], origin: workspace } },
      /must be a list of host names/,
    ],
    ['null', { 'vault.path': { value: null, origin: workspace } }, /vault\.path must be a string of at most/],
  ];
  for (const [name, found, message] of faults) {
    it(`names ${name}, what was expected and what is used`, () => {
      const { problems } = readValues([found]);
      assert.equal(problems.length, 1);
      assert.match(problems[0]?.message ?? '', message);
    });
  }

  it('falls back to the next layer when a value is unusable', () => {
    const values = readValues([
      { 'cache.ttlSeconds': { value: -1, origin: workspace } },
      { 'cache.ttlSeconds': { value: 60, origin: fromEnvironment('MLFLOW_VAULT_TTL_SEC') } },
    ]);
    assert.equal(values.get('cache.ttlSeconds'), 60);
    assert.match(values.problems[0]?.message ?? '', /60 is used instead/);
  });
});
