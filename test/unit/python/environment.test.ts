import assert from 'node:assert/strict';
import type { Environment } from '../../../src/environment.ts';
import { environmentChanges } from '../../../src/python/environment.ts';
import type { PythonEndpoint } from '../../../src/python/environment.ts';

const endpoint: PythonEndpoint = {
  localOrigin: 'http://127.0.0.1:40123',
  basePath: '/mlflow',
  upstreamOrigin: 'https://mlflow.company.example',
  sessionToken: 'canary-session',
  userName: 'ada',
  packageFolder: '/extension/media/python',
  hostName: 'laptop',
  intercept: true,
};

function mapped(
  changed: Partial<PythonEndpoint> = {},
  environment: Environment = {},
  platform: NodeJS.Platform = 'linux',
): Record<string, string> {
  const changes = environmentChanges({ ...endpoint, ...changed }, { platform, environment });
  return Object.fromEntries(
    changes.map((change) => [
      change.name,
      change.action === 'replace' ? change.value : `${change.value}${change.separator}...`,
    ]),
  );
}

describe('The variables for Python', () => {
  it('lead MLflow to the local proxy with the session token', () => {
    assert.deepEqual(mapped(), {
      MLFLOW_TRACKING_URI: 'http://127.0.0.1:40123/mlflow',
      MLFLOW_TRACKING_USERNAME: 'ada',
      MLFLOW_TRACKING_PASSWORD: 'canary-session',
      MLFLOW_TRACKING_TOKEN: 'canary-session',
      MLFLOW_TRACKING_AUTH: 'mlflow-secrets-auth-vscode',
      MLFLOW_TRACKING_AWS_SIGV4: 'false',
      MLFLOW_SECRETS_AUTH_HOST: 'laptop',
      MLFLOW_SECRETS_AUTH_PROXY: 'http://127.0.0.1:40123',
      MLFLOW_SECRETS_AUTH_UPSTREAM: 'https://mlflow.company.example',
      MLFLOW_SECRETS_AUTH_SESSION: 'canary-session',
      PYTHONPATH: '/extension/media/python:...',
      NO_PROXY: '127.0.0.1,localhost,...',
    });
  });

  it('bring no interception when that is off, and no plugin that would overwrite the session token', () => {
    const changes = mapped({ intercept: false });
    assert.equal(changes['MLFLOW_TRACKING_AUTH'], '');
    assert.equal(changes['PYTHONPATH'], undefined);
    assert.deepEqual(
      Object.keys(changes).filter((name) => name.startsWith('MLFLOW_SECRETS_AUTH')),
      [],
    );
  });

  it('separate PYTHONPATH as the platform does', () => {
    const changes = mapped({ packageFolder: 'C:\\extension\\media\\python' }, {}, 'win32');
    assert.equal(changes['PYTHONPATH'], 'C:\\extension\\media\\python;...');
  });

  describe('NO_PROXY', () => {
    function names(environment: Environment, platform: NodeJS.Platform = 'linux'): readonly string[] {
      return Object.keys(mapped({}, environment, platform)).filter((name) => /^no_proxy$/i.test(name));
    }

    it('is extended in the spellings that are there, so that none hides the other', () => {
      assert.deepEqual(names({ NO_PROXY: '.corp' }), ['NO_PROXY']);
      assert.deepEqual(names({ no_proxy: '.corp' }), ['no_proxy']);
      assert.deepEqual(names({ NO_PROXY: '.corp', no_proxy: '.corp' }), ['NO_PROXY', 'no_proxy']);
      assert.deepEqual(names({ NO_PROXY: '', no_proxy: '.corp' }), ['no_proxy']);
    });

    it('is not made on Windows and macOS without HTTP proxy variables, where Python would then miss the system’s proxy', () => {
      for (const platform of ['win32', 'darwin'] as const) {
        assert.deepEqual(names({}, platform), []);
        assert.deepEqual(names({ https_proxy: 'http://proxy.corp:8080' }, platform), ['NO_PROXY']);
        assert.deepEqual(names({ ALL_PROXY: 'socks5://proxy.corp' }, platform), ['NO_PROXY']);
        assert.deepEqual(names({ No_Proxy: '.corp' }, platform), ['No_Proxy']);
      }
    });
  });

  it('keep requests off the HTTP proxy of the system where the package does not', () => {
    for (const platform of ['win32', 'darwin'] as const) {
      assert.equal(mapped({ intercept: true }, {}, platform)['NO_PROXY'], undefined);
      assert.equal(mapped({ intercept: false }, {}, platform)['NO_PROXY'], '127.0.0.1,localhost,...');
    }
  });
});
