import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PortHolder } from '../../../src/connection/hold-port.ts';
import { holdPort } from '../../../src/connection/hold-port.ts';
import { startProxyWorker } from '../../../src/connection/proxy-worker.ts';
import { disconnectedResponse } from '../../../src/proxy/responses.ts';
import { processFile } from '../../support/proxy-process/attached-window.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { ensure } from '../../support/setup/parts.mjs';
import { Connection } from './connection.ts';
import { pythons } from './fixture.ts';
import { hardCoded, hardCodedUri, raised, runClient } from './run-client.ts';

const workerFile = fileURLToPath(new URL('../../../src/proxy/worker.ts', import.meta.url));

describe('An MLflow client in a terminal from before disconnecting', function () {
  // MLflow would ask an address at which nobody listens again for minutes.
  this.timeout(60_000);
  let home: string;
  let connection: Connection;
  let holder: PortHolder | undefined;

  before(async function () {
    this.timeout(300_000);
    await ensure(['mlflow', 'mlflow-old']);
    home = await runFolder('held-port');
    const trust = { kind: 'roots', added: [], isComplete: true } as const;
    connection = await Connection.open(
      { id: '', ...hardCoded, httpProxy: undefined, clientCertificate: undefined, trust },
      { user: 'ada', password: 'canary-password' },
    );
    await connection.close();
    holder = await holdPort(
      {
        process: { file: processFile, place: async () => Promise.resolve(undefined), aloneMs: 300 },
        startWorker: (listener) => startProxyWorker(workerFile, listener),
      },
      { port: Number(new URL(connection.localOrigin).port), sessionToken: connection.sessionToken },
      disconnectedResponse(),
    );
    assert.ok(holder);
  });

  after(async () => holder?.release());

  for (const [version, python] of Object.entries(pythons)) {
    for (const [what, trackingUri] of Object.entries({ environment: undefined, code: hardCodedUri })) {
      it(`of version ${version} hears within seconds that MLflow is disconnected, at the address of its ${what}`, async () => {
        // As shipped.
        const environment = {
          MLFLOW_HTTP_REQUEST_MAX_RETRIES: '7',
          MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: '2',
        };
        const options = { python, connection, home: join(home, 'home'), environment };
        const message = raised(await runClient('experiment', { trackingUri }, options));
        assert.match(message, /MLflow is disconnected in this VS Code window\. Run "MLflow: Connect"/);
      });
    }
  }
});
