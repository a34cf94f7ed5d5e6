import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManualClock } from '../../support/manual-clock.ts';
import { vaultConfiguration } from '../vault/fixture.ts';
import { loneProcesses } from './lone-process.ts';

const minuteMs = 60_000;

describe('Without a window, a store that fails for ten hours', function () {
  this.timeout(60_000);
  const { start } = loneProcesses();
  let server: Server;
  let requests = 0;
  /** What the store says. */
  let words: () => string;

  beforeEach(async () => {
    requests = 0;
    server = createServer((_request, response) => {
      requests += 1;
      response.writeHead(500, { 'content-type': 'application/json' }).end(words());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  for (const [what, says] of [
    ['in one way', () => '{"errors":["out of order"]}'],
    [
      'in other words each time, which are long',
      () => JSON.stringify({ errors: [`${requests} `.repeat(9000)] }),
    ],
  ] as const) {
    it(`${what} is asked with pauses, and fills no log`, async () => {
      words = says;
      const clock = new ManualClock(Date.now());
      const { port } = server.address() as AddressInfo;
      const source = vaultConfiguration({ address: `http://127.0.0.1:${port}`, path: 'secret/mlflow' });
      const bootstrap = { 'vault.token': 'canary-token' };
      const alone = await start({ source, bootstrap, clock });
      await alone.unavailable(503);
      for (let minutes = 0; minutes < 600; minutes += 1) {
        const posted = alone.next();
        await clock.advance(minuteMs);
        alone.need('missing');
        await posted;
      }
      assert.ok(requests >= 300 && requests <= 4000, `${requests} requests`);
      const text = alone.lines.join('\n');
      assert.ok(text.length < 400_000, `${text.length} characters in ${alone.lines.length} lines`);
      assert.doesNotMatch(text, /canary/);
    });
  }
});
