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
      MLFLOW_VSCODE_HOST: 'laptop',
      MLFLOW_VSCODE_ADDRESS: 'http://127.0.0.1:40123',
      MLFLOW_VSCODE_UPSTREAM: 'https://mlflow.company.example/mlflow',
      MLFLOW_VSCODE_SESSION: 'canary-session',
      MLFLOW_VSCODE_BEFORE: Buffer.from('{"userName":"ada"}').toString('base64'),
      PYTHONPATH: '/extension/media/python:...',
      NO_PROXY: '127.0.0.1,localhost,...',
    });
  });

  it('bring no interception when that is off, and no plugin that would overwrite the session token', () => {
    const changes = mapped({ intercept: false });
    assert.equal(changes['MLFLOW_TRACKING_AUTH'], '');
    assert.equal(changes['PYTHONPATH'], undefined);
    assert.deepEqual(
      Object.keys(changes).filter((name) => name.startsWith('MLFLOW_VSCODE')),
      [],
    );
  });

  it('hand over what the user had for the same names with the name that we give, and nothing else', () => {
    const own = {
      MLFLOW_TRACKING_TOKEN: 'canary-ö"\\',
      MLFLOW_TRACKING_AUTH: '',
      MLFLOW_EXPERIMENT_NAME: 'x',
    };
    const handed = Buffer.from(mapped({}, own)['MLFLOW_VSCODE_BEFORE'] ?? '', 'base64').toString();
    assert.deepEqual(JSON.parse(handed), {
      MLFLOW_TRACKING_TOKEN: 'canary-ö"\\',
      MLFLOW_TRACKING_AUTH: '',
      userName: 'ada',
    });
  });

  it('hand over nothing of another window that this editor was started from', () => {
    const outer = mapped({ sessionToken: 'canary-outer' }, { MLFLOW_TRACKING_TOKEN: 'canary-own' });
    const inner = mapped({}, outer);
    assert.equal(inner['MLFLOW_VSCODE_BEFORE'], outer['MLFLOW_VSCODE_BEFORE']);
  });

  it('have names of ours that nobody takes for a secret or an HTTP proxy', () => {
    const ours = Object.keys(mapped()).filter((name) => name.startsWith('MLFLOW_VSCODE'));
    assert.equal(ours.length, 5);
    assert.deepEqual(
      ours.filter((name) => /KEY|SECRET|TOKEN|PASSWORD|_PROXY$/.test(name)),
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
