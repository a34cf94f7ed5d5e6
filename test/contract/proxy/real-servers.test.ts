import assert from 'node:assert/strict';
import { join } from 'node:path';
import { startMlflow } from '../../support/servers/mlflow.ts';
import type { MlflowServer } from '../../support/servers/mlflow.ts';
import { startGateway } from '../../support/servers/nginx-gateway.ts';
import type { Gateway } from '../../support/servers/nginx-gateway.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { ensure } from '../../support/setup/parts.mjs';
import { postedOutcomes } from './outcome-bench.ts';
import { statuses } from './raw-client.ts';
import { credential, TestProxy } from './test-proxy.ts';

const admin = 'canary-admin-password';
const reader = 'canary-reader-password';
const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const credentials = {
  admin: basic('admin', admin),
  reader: basic('reader', reader),
  wrong: basic('admin', 'canary-wrong-password'),
};

interface Row {
  readonly behindGateway?: true;
  readonly as: keyof typeof credentials;
  /** A line, and a body where there is one. */
  readonly ask: readonly [line: string, body?: string];
  readonly status: number;
  readonly posted: readonly string[];
  readonly asksStore?: true;
}

const experiment = 'GET /api/2.0/mlflow/experiments/get?experiment_id=0';
const rename = JSON.stringify({ experiment_id: '0', new_name: 'other' });
const behindGateway = true;

const rows: Readonly<Record<string, Row>> = {
  'a right password': { as: 'admin', ask: [experiment], status: 200, posted: ['accepted'] },
  'a wrong password': {
    as: 'wrong',
    ask: [experiment],
    status: 401,
    posted: ['rejected 401'],
    asksStore: true,
  },
  'a wrong password for what anybody may ask': {
    as: 'wrong',
    ask: ['GET /api/3.0/mlflow/server-info'],
    status: 200,
    posted: [],
  },
  'no permission': {
    as: 'reader',
    ask: ['POST /api/2.0/mlflow/experiments/update', rename],
    status: 403,
    posted: ['accepted'],
  },
  'no such run': {
    as: 'admin',
    ask: ['GET /api/2.0/mlflow/runs/get?run_id=none'],
    status: 404,
    posted: ['accepted'],
  },
  'no such path': { as: 'admin', ask: ['GET /api/9.0/none'], status: 404, posted: [] },
  'a sign-in that nginx asks another server about, passed': {
    behindGateway,
    as: 'admin',
    ask: [experiment],
    status: 200,
    posted: ['accepted'],
  },
  'a sign-in that nginx asks another server about, not passed': {
    behindGateway,
    as: 'wrong',
    ask: [experiment],
    status: 401,
    posted: ['wall redirect sso.company.example'],
    asksStore: true,
  },
  'a path that nginx denies': {
    behindGateway,
    as: 'admin',
    ask: ['GET /api/2.0/mlflow/runs/get?run_id=none'],
    status: 403,
    posted: ['rejected 403'],
    asksStore: true,
  },
};

/** As nginx's documentation of `auth_request` and oauth2-proxy's of nginx have it. */
const rules = (pass: string): string => `
  location = /check { internal; if ($http_authorization = "${credentials.admin}") { return 204; } return 401; }
  location @sign_in { return 302 https://sso.company.example/oauth2/start?rd=$scheme://$host$request_uri; }
  location /api/2.0/mlflow/experiments/ { auth_request /check; error_page 401 = @sign_in; ${pass} }
  location /api/2.0/mlflow/runs/ { deny all; }
  location / { ${pass} }`;

describe('What real servers say of the credential', function () {
  this.timeout(120_000);
  let mlflow: MlflowServer;
  let gateway: Gateway;

  before(async function () {
    this.timeout(600_000);
    await ensure(['mlflow', 'load']);
    const folder = await runFolder('real-servers');
    mlflow = await startMlflow({ folder, adminPassword: admin });
    await mlflow.call('POST', '/api/2.0/mlflow/users/create', { username: 'reader', password: reader });
    gateway = await startGateway({
      // Its configuration has the credential that it asks for.
      folder: join(folder, 'rightful-secret-gateway'),
      origin: mlflow.origin,
      rules,
    });
  });
  after(async () => {
    await gateway.stop();
    await mlflow.stop();
  });

  for (const [name, row] of Object.entries(rows)) {
    it(`is told apart: ${name}`, async () => {
      const { origin } = row.behindGateway === true ? gateway : mlflow;
      const given = credential(1, { headerValue: credentials[row.as] });
      const proxy = await TestProxy.start({ origin, credential: given });
      try {
        proxy.onCredentialNeeded = () => proxy.setCredential(given);
        const [line, body = ''] = row.ask;
        const fields = ['Content-Type: application/json', `Content-Length: ${body.length}`];
        const head = proxy.request(line, ...(body === '' ? [] : fields), 'Connection: close');
        const got = await proxy.exchange(head + body);
        assert.deepEqual(statuses(got), [row.status], got);
        assert.deepEqual(await postedOutcomes(proxy, origin), row.posted);
        const asked = proxy.all('credentialNeeded').filter(({ reason }) => reason === 'rejected');
        assert.equal(asked.length, row.asksStore === true ? 1 : 0);
      } finally {
        await proxy.dispose();
      }
    });
  }
});
