import assert from 'node:assert/strict';
import { scrubbedEnvironment } from '../../../src/alone/scrubbed-environment.ts';

describe('The environment that is handed over', () => {
  it('has nothing of the editor, of MLflow or of the connection', () => {
    const start = { PATH: '/bin', PYTHONPATH: '/own', AWS_PROFILE: 'team', NODE_OPTIONS: '--inspect' };
    const now = {
      ...start,
      PYTHONPATH: '/extension:/own',
      NO_PROXY: '127.0.0.1,localhost',
      MLFLOW_TRACKING_TOKEN: 'session',
      MLFLOW_VSCODE_SESSION: 'session',
      VSCODE_IPC_HOOK: '/socket',
      ELECTRON_RUN_AS_NODE: '1',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      VAULT_TOKEN: 'own',
    };
    const scrubbed = scrubbedEnvironment(now, start);
    assert.deepEqual(JSON.parse(JSON.stringify(scrubbed)), {
      PATH: '/bin',
      PYTHONPATH: '/own',
      AWS_PROFILE: 'team',
      VAULT_TOKEN: 'own',
    });
  });

  it('has the HTTP proxies of the window’s start, which the user approved or has', () => {
    const start = { HTTPS_PROXY: 'http://own:3128' };
    const now = { HTTPS_PROXY: 'http://other:3128', http_proxy: 'http://other:3128' };
    assert.deepEqual(JSON.parse(JSON.stringify(scrubbedEnvironment(now, start))), start);
  });
});
