import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SessionToken } from '../../../../src/proxy/admission/session-token.ts';
import { latestRuns } from '../../../../src/vscode/views/latest-runs.ts';
import type { LatestRun } from '../../../../src/vscode/views/latest-runs.ts';

describe('The latest runs', () => {
  it('are no more than are asked for, and each is there once, whatever the server sends', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => `run-${index % 30}`);
    const runs = ids.map((id) => ({ info: { experiment_id: '1', run_id: id, run_name: id } }));
    const found = await runsFrom(runs);
    assert.deepEqual(
      found?.map(({ runId }) => runId),
      ids.slice(0, 15),
    );
  });

  it('began when the server says so, as a number or as a text, and at no time where it says anything else', async () => {
    const odd = [{ valueOf: 1, toString: 1 }, [5], null, 'soon', -1, true];
    const times = ['1700000000000', 1_700_000_000_000, ...odd];
    const found = await runsFrom(
      times.map((start_time, index) => ({
        info: { experiment_id: '1', run_id: `run-${index}`, start_time },
      })),
    );
    assert.deepEqual(
      found?.map(({ startedAt }) => startedAt),
      [1_700_000_000_000, 1_700_000_000_000, ...odd.map(() => undefined)],
    );
  });
});

async function runsFrom(runs: readonly unknown[]): Promise<readonly LatestRun[] | undefined> {
  const token = new SessionToken('session');
  const server = createServer((request, response) => {
    const nonce = /\/proof\?nonce=(.*)$/.exec(request.url ?? '')?.[1];
    if (nonce !== undefined) {
      response.end(token.prove(request.socket.localPort ?? 0, nonce));
      return;
    }
    const isSearch = request.url?.endsWith('/runs/search') === true;
    response.end(JSON.stringify(isSearch ? { runs } : { experiment: { experiment_id: '1', name: 'one' } }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    return (await latestRuns({ port, clientToken: 'session' }, '', { id: '1' }))?.runs;
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}
