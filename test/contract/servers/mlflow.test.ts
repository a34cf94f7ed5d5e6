import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:tls';
import { ensure } from '../../support/setup/parts.mjs';
import { makeCertificates } from '../../support/servers/certificates.ts';
import type { Certificates } from '../../support/servers/certificates.ts';
import { startMlflow } from '../../support/servers/mlflow.ts';
import type { MlflowServer } from '../../support/servers/mlflow.ts';
import { runFolder } from '../../support/servers/run-folder.ts';

describe('MLflow, as the tests start it', function () {
  this.timeout(60_000);
  let server: MlflowServer;
  let tls: Certificates;
  before(async function () {
    this.timeout(600_000);
    await ensure(['mlflow']);
    const folder = await runFolder('mlflow');
    tls = await makeCertificates(folder, ['mlflow.company.example', '127.0.0.1']);
    server = await startMlflow({ folder, tls, adminPassword: 'canary-first-password' });
  });
  after(async () => server.stop());

  const statusFor = async (password?: string): Promise<number | undefined> => {
    const auth = password === undefined ? {} : { auth: `${server.user}:${password}` };
    const path = '/api/2.0/mlflow/experiments/get?experiment_id=0';
    const target = { host: '127.0.0.1', port: server.port, path, ca: tls.ca, agent: false, ...auth };
    const sent = request(target).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'close');
    return answer.statusCode;
  };

  it('also has a certificate for the name of the company', async () => {
    const socket = connect({
      host: '127.0.0.1',
      port: server.port,
      servername: 'mlflow.company.example',
      ca: tls.ca,
    });
    await once(socket, 'secureConnect');
    assert.ok(socket.authorized);
    socket.destroy();
  });

  it('demands the password, counts what it rejected, and accepts a new password', async () => {
    const rejectedBefore = await server.answered(401);
    assert.equal(await statusFor(), 401);
    assert.equal(await statusFor('canary-wrong'), 401);
    assert.equal(await statusFor('canary-first-password'), 200);
    await server.changePassword('canary-second-password');
    assert.equal(await statusFor('canary-first-password'), 401);
    assert.equal(await statusFor('canary-second-password'), 200);
    assert.equal((await server.answered(401)) - rejectedBefore, 3);
  });
});
