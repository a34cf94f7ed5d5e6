import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { clientToken } from '../../../src/connection/client-token.ts';
import { LocalAddress } from '../../../src/connection/local-address.ts';
import { proxyDefaults, ProxyServer } from '../../../src/proxy/server.ts';
import { storedConfiguration as configuration } from '../configuration/stored-configuration.ts';
import { Bench } from './bench.ts';

describe('The local address of a connection', () => {
  describe('whose port another program has', () => {
    let stranger: Server;
    let port: number;
    const shown: string[] = [];

    beforeEach(async () => {
      shown.length = 0;
      stranger = createServer((socket) => {
        socket
          .on('data', (bytes: Buffer) => shown.push(bytes.toString('latin1')))
          .on('error', () => undefined);
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi');
      });
      stranger.listen(0, '127.0.0.1');
      await once(stranger, 'listening');
      ({ port } = stranger.address() as AddressInfo);
    });
    afterEach(() => stranger.close());

    it('names it to nobody, revokes the token, says which program it is, and recovers without a command', async () => {
      const bench = new Bench();
      await bench.approve();
      await bench.connection.connect();
      const { length } = bench.endpoints;
      bench.configuration = { ...configuration, proxyPort: port };
      bench.taken = new Set([port]);
      await bench.connection.reconsider();
      const { state } = bench.connection;
      assert.ok(state.kind === 'failed');
      if (process.platform === 'linux')
        assert.match(state.problem.message, new RegExp(`process ${process.pid}`));
      assert.equal(bench.endpoints.length, length, 'the variables never named the port');
      assert.ok(bench.environmentCleared > 0);
      assert.equal(bench.token, 2);
      assert.ok(!shown.join('').includes('session-'), 'the token was not shown');
      bench.taken = new Set();
      stranger.close();
      await bench.until(() => bench.connection.state.kind === 'connected');
      assert.equal(bench.endpoints.at(-1)?.port, port);
      assert.equal(bench.endpoints.at(-1)?.clientToken, clientToken('session-2', configuration.tracking));
    });

    it('recovers when the setting is corrected', async () => {
      const bench = new Bench();
      await bench.approve();
      await bench.connection.connect();
      bench.configuration = { ...configuration, proxyPort: port };
      bench.taken = new Set([port]);
      await bench.connection.reconsider();
      bench.configuration = configuration;
      await bench.connection.reconsider();
      assert.equal(bench.connection.state.kind, 'connected');
    });

    it('has a new token where the program let the port go again', async () => {
      const bench = new Bench();
      await bench.approve();
      await bench.workspace.update('proxyPort', port);
      await bench.workspace.update('proxyHeldAt', Date.now());
      bench.taken = new Set([port]);
      await bench.connection.connect();
      assert.equal(bench.endpoints.length, 1);
      assert.equal(bench.token, 2);
      assert.notEqual(bench.endpoints[0]?.port, port);
    });
  });

  it('is the same again after a window whose SecretStorage failed, where the proxy of before still has the port', async () => {
    const bench = new Bench();
    await bench.approve();
    const listening = Promise.withResolvers<number>();
    const earlier = new ProxyServer((message) => {
      if (message.type === 'listening') listening.resolve(message.port);
    }, proxyDefaults);
    earlier.receive({ type: 'listen', port: 0, sessionToken: 'session-0' });
    try {
      const port = await listening.promise;
      const address = new LocalAddress(bench.workspace, () => true);
      await address.remember({ port, sessionToken: 'session-0' });
      await address.noteHeld();
      bench.taken = new Set([port]);
      await bench.connection.connect();
      assert.notEqual(bench.endpoints[0]?.port, port);
      assert.equal(bench.token, 1, 'nothing is deleted that only could not be read');
      assert.equal(new LocalAddress(bench.workspace).port, port);
    } finally {
      earlier.close();
    }
  });

  it('has the same token where the port could not be had, and nobody else had it', async () => {
    const bench = new Bench();
    await bench.approve();
    await bench.workspace.update('proxyPort', 40_001);
    await bench.workspace.update('proxyHeldAt', Date.now());
    bench.hanging.add('listen');
    const connecting = bench.connection.connect();
    await bench.until(() => bench.workers.at(-1)?.last('listen') !== undefined);
    bench.worker.listener.onMessage({ type: 'listenFailed', code: 'ETIMEDOUT', port: 40_001 });
    await connecting;
    assert.equal(bench.connection.state.kind, 'failed');
    assert.equal(bench.token, 1);
  });

  it('has a new token after nothing listened for so long that no client waits any longer', async () => {
    for (const [minutes, token] of [
      [4, 1],
      [6, 2],
      [-60, 2],
    ] as const) {
      const bench = new Bench();
      await bench.approve();
      await bench.connection.connect();
      await bench.connection.shutDown();
      await bench.workspace.update('proxyHeldAt', Date.now() - minutes * 60_000);
      await bench.connection.reconsider();
      assert.equal(bench.token, token, `${minutes} minutes`);
    }
  });

  it('has the same token where a process went on for programs while no window was there, for however long', async () => {
    for (const [hasGoneOn, token] of [
      [true, 1],
      [false, 2],
    ] as const) {
      const bench = new Bench();
      await bench.approve();
      await bench.connection.connect();
      await bench.connection.shutDown();
      await bench.workspace.update('proxyHeldAt', Date.now() - 10 * 3_600_000);
      bench.hasGoneOn = hasGoneOn;
      await bench.connection.reconsider();
      assert.equal(bench.connection.state.kind, 'connected');
      assert.equal(bench.token, token);
    }
  });

  it('names no port while its worker is gone', async () => {
    const bench = new Bench();
    await bench.approve();
    await bench.connection.connect();
    const { length } = bench.endpoints;
    bench.worker.listener.onExit('out of memory');
    assert.ok(bench.log.includes('The local proxy stopped (out of memory) and is started again.'));
    assert.equal(bench.environmentCleared, 1);
    await bench.until(() => bench.endpoints.length > length);
    assert.deepEqual(bench.endpoints.at(-1), bench.endpoints[0]);
    assert.equal(bench.connection.state.kind, 'connected');
  });
});
