import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isAllowedHost } from '../../../src/configuration/allowed-hosts.ts';
import { readConfiguration } from '../../../src/configuration/read-configuration.ts';
import { foreignValues, foundValue } from '../../../src/settings/found-value.ts';
import { settings } from '../../../src/settings/manifest.ts';
import type { SettingDescriptor, SettingKey } from '../../../src/settings/manifest.ts';
import { readValues } from '../../../src/settings/setting-values.ts';
import type { SettingsLayer, SettingValues } from '../../../src/settings/setting-values.ts';
import { cpuMs } from '../../support/cpu-time.ts';

const user = { kind: 'user' } as const;

/** As the editor gives it: a workspace's value over the user's. */
function layered(key: SettingKey, workspaceValue: unknown, globalValue?: unknown): SettingsLayer {
  const value = foundValue({ workspaceValue, globalValue, globalLocalValue: globalValue }, scopeOf(key));
  return value === undefined ? {} : { [key]: value };
}

function scopeOf(key: SettingKey): SettingDescriptor['scope'] {
  return settings[key].scope;
}

function of(key: SettingKey, workspaceValue: unknown, globalValue?: unknown): SettingValues {
  return readValues([layered(key, workspaceValue, globalValue)]);
}

describe('a workspace’s value of a setting that protects secrets', () => {
  const rows: [SettingKey, workspace: unknown, own: unknown, expected: unknown, isReported: boolean][] = [
    ['cache.ttlSeconds', 86_400, undefined, 300, true],
    ['cache.ttlSeconds', 86_400, 60, 60, true],
    ['cache.ttlSeconds', 30, 60, 30, false],
    ['cache.ttlSeconds', 600, 900, 600, false],
    ['cache.maxStaleSeconds', 86_400, undefined, 3600, true],
    ['cache.maxStaleSeconds', 86_400, 0, 0, true],
    ['cache.maxStaleSeconds', 0, 3600, 0, false],
    ['cache.keep', 'secretStorage', 'memory', 'memory', true],
    ['cache.keep', 'memory', undefined, 'memory', false],
    ['cache.keep', 'memory', 'secretStorage', 'memory', false],
    ['cache.ttlSeconds', 'soon', 60, 60, true],
    ['python.intercept', false, undefined, true, true],
    ['python.intercept', true, false, true, false],
    ['python.intercept', undefined, false, false, false],
  ];
  for (const [key, workspace, own, expected, isReported] of rows) {
    it(`${key}: ${String(workspace)} over ${String(own)} is ${String(expected)}`, () => {
      const values = of(key, workspace, own);
      assert.equal(values.get(key), expected);
      assert.equal(values.problems.length > 0, isReported);
    });
  }

  it('is never looser than the user’s own', () => {
    const value = fc.option(fc.integer({ min: -10, max: 90_000 }), { nil: undefined });
    fc.assert(
      fc.property(value, value, (workspace, own) => {
        for (const key of ['cache.ttlSeconds', 'cache.maxStaleSeconds'] as const) {
          assert.ok(of(key, workspace, own).get(key) <= of(key, undefined, own).get(key));
        }
      }),
    );
  });

  const variableRows: [
    name: string,
    isEnvironmentForeign: boolean,
    seconds: string,
    own: number | undefined,
    expected: number,
  ][] = [
    ['of a container that a repository may describe', true, '86400', undefined, 300],
    ['of such a container, which is stricter', true, '60', undefined, 60],
    ['of such a container, where the user has one', true, '86400', 600, 600],
    ['of the user', false, '86400', undefined, 86_400],
  ];
  for (const [name, isEnvironmentForeign, seconds, own, expected] of variableRows) {
    it(`is no looser by a variable ${name}`, async () => {
      const texts = { trackingUri: 'https://mlflow.company.com', provider: 'vault', 'vault.path': 'a/b' };
      const set = Object.entries({ ...texts, 'vault.address': 'https://vault.company.com' });
      const result = await readConfiguration({
        settings: {
          ...Object.fromEntries(set.map(([key, value]) => [key, { value, origin: user }])),
          ...layered('cache.ttlSeconds', undefined, own),
        },
        environment: { MLFLOW_VAULT_TTL_SEC: seconds },
        isEnvironmentForeign,
        hasBootstrap: async () => Promise.resolve(false),
      });
      assert.equal(result.values.get('cache.ttlSeconds'), expected);
    });
  }

  it('cannot switch off the interception package', () => {
    const workspace = of('python.intercept', false);
    assert.equal(workspace.get('python.intercept'), true);
    assert.equal(workspace.problems.length, 1);
    assert.equal(of('python.intercept', undefined, false).get('python.intercept'), false);
  });

  it('says who is stricter', () => {
    const [problem] = of('cache.keep', 'secretStorage', 'memory').problems;
    assert.equal(
      problem?.message,
      'mlflowSecretsAuth.cache.keep: a workspace can only make it stricter than your own setting; "memory" is used.',
    );
    assert.deepEqual(of('cache.keep', 'secretStorage', 'memory').origin('cache.keep'), user);
  });

  it('counts as narrow as can be where the user’s own cannot be read', () => {
    assert.equal(of('cache.keep', undefined, 'Memory').get('cache.keep'), 'memory');
    assert.equal(of('cache.keep', 'secretStorage', 'Memory').get('cache.keep'), 'memory');
    assert.equal(of('cache.maxStaleSeconds', undefined, '0').get('cache.maxStaleSeconds'), 0);
    assert.equal(of('cache.ttlSeconds', undefined, '30').get('cache.ttlSeconds'), 60);
  });
});

describe('an HTTP proxy of the editor', () => {
  it('is somebody else’s where the folder or a remote machine names it, over whatever the user has', () => {
    const own = { globalLocalValue: 'http://own', globalValue: 'http://own' };
    const named = (inspected: object): readonly unknown[] =>
      foreignValues({ ...own, ...inspected }).filter((value) => value !== undefined);
    assert.deepEqual(named({}), []);
    assert.deepEqual(named({ globalRemoteValue: 'http://a', globalValue: 'http://a' }), ['http://a']);
    assert.deepEqual(named({ workspaceValue: 'http://b', globalRemoteValue: 'http://a' }), [
      'http://b',
      'http://a',
    ]);
    assert.deepEqual(named({ workspaceFolderValue: 'http://c' }), ['http://c']);
  });
});

describe('a setting that is the user’s own', () => {
  const own = (Object.keys(settings) as SettingKey[]).filter((key) => scopeOf(key) === 'application');

  it('is each that loosens or is a policy', () => {
    assert.deepEqual(own, [
      'allowedHosts',
      'proxy.port',
      'proxy.afterClose',
      'proxy.keepHours',
      'health.intervalSeconds',
      'tls.caFile',
      'tls.clientCertFile',
      'tls.clientKeyFile',
      'aws.endpoint',
    ]);
  });

  for (const key of own) {
    it(`${key} is not read from a workspace or a remote`, () => {
      assert.equal(foundValue({ workspaceValue: 'x' }, scopeOf(key)), undefined);
      const ofUser = foundValue(
        { globalLocalValue: 'u', globalValue: 'r', globalRemoteValue: 'r' },
        scopeOf(key),
      );
      assert.deepEqual(ofUser, { value: 'u', origin: user });
    });

    it(`${key} is not taken for unset where a remote’s value hides the user’s`, () => {
      const hidden = foundValue({ globalValue: 'r', globalRemoteValue: 'r' }, scopeOf(key));
      assert.deepEqual(hidden, { value: null, origin: user });
    });
  }

  it('is found where the editor does not say which file it is in', () => {
    assert.deepEqual(foundValue({ globalValue: 'u' }, 'application'), { value: 'u', origin: user });
    assert.deepEqual(foundValue({ globalValue: 'u' }, 'window'), { value: 'u', origin: user });
  });

  it('and others are a remote’s where its machine settings have them', () => {
    const value = foundValue({ globalLocalValue: 'u', globalValue: 'r', globalRemoteValue: 'r' }, 'window');
    assert.deepEqual(value, { value: 'r', origin: { kind: 'remote' }, own: { value: 'u', origin: user } });
  });
});

describe('a list of allowed hosts that cannot be read', () => {
  const complete: SettingsLayer = {
    trackingUri: { value: 'https://mlflow.company.com', origin: user },
    provider: { value: 'stored', origin: user },
  };
  const kindWith = async (allowedHosts: unknown, environment = {}): Promise<string> => {
    const result = await readConfiguration({
      settings: {
        ...complete,
        ...(allowedHosts !== undefined && { allowedHosts: { value: allowedHosts, origin: user } }),
      },
      environment,
      hasBootstrap: async () => Promise.resolve(false),
    });
    return result.kind === 'invalid' ? result.problem.code : result.kind;
  };

  const malformed = [
    'mlflow.company.com',
    [''],
    ['mlflow.company.com', ''],
    [1],
    [null],
    {},
    null,
    true,
    ['https://mlflow.company.com'],
    ['mlflow.company.com/path'],
    ['mlflow company.com'],
    ['mlflow.company.com:port'],
    ['ünïcode.company.com'],
    ['x'.repeat(5000)],
    Array.from({ length: 1000 }, () => 'a.example'),
  ];
  for (const value of malformed) {
    it(`allows no server: ${JSON.stringify(value).slice(0, 60)}`, async () => {
      assert.equal(await kindWith(value), 'settings.unusable');
    });
  }

  for (const value of [',', ' , ,', 'https://mlflow.company.com', 'a,'.repeat(5000)]) {
    it(`allows no server: MLFLOW_SECRETS_ALLOWED_HOSTS=${JSON.stringify(value).slice(0, 40)}`, async () => {
      assert.equal(await kindWith(undefined, { MLFLOW_SECRETS_ALLOWED_HOSTS: value }), 'settings.unusable');
    });
  }

  it('is not one that can be', async () => {
    for (const value of [
      [],
      ['*'],
      ['*.company.com'],
      ['MLFLOW.company.com:443'],
      ['[::1]', 'mlflow.company.com'],
    ]) {
      assert.equal(
        await kindWith(value),
        value.includes('MLFLOW.company.com:443') ? 'settings.allowedHosts' : 'ready',
      );
    }
  });

  it('does not take long, whatever it holds', () => {
    const spent = cpuMs(() => isAllowedHost(`https://${'a'.repeat(60)}.example`, [`${'*a'.repeat(2000)}b`]));
    assert.ok(spent < 500, `${spent} ms`);
  });
});

describe('a value beyond its bound', () => {
  it('is none of the setting’s, wherever it is from', () => {
    const long = `https://a.example${'/'.repeat(60_000)}`;
    for (const key of [
      'trackingUri',
      'vault.address',
      'vault.path',
      'aws.secretId',
      'azure.vaultUrl',
    ] as const) {
      const values = readValues([{ [key]: { value: long, origin: user } }]);
      assert.equal(values.get(key), '');
      assert.match(values.problems[0]?.message ?? '', /must be a string of at most 4096 characters/);
    }
  });

  it('is read from variables in no time', async () => {
    const before = process.cpuUsage();
    const long = `https://a.example${'/'.repeat(1_000_000)}`;
    const environment = { VAULT_ADDR: long, AZURE_KEY_VAULT_URL: long, MLFLOW_VAULT_SECRET_PATH: long };
    const result = await readConfiguration({
      settings: { provider: { value: 'vault', origin: user } },
      environment,
      hasBootstrap: async () => Promise.resolve(false),
    });
    assert.equal(result.kind, 'incomplete');
    const { user: spent } = process.cpuUsage(before);
    assert.ok(spent < 1_000_000, `${spent} µs`);
  });
});
