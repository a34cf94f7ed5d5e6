import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { FromWorker } from '../../../src/proxy/messages.ts';
import { DeniedRequestLog } from '../../../src/proxy/admission/denied-request-log.ts';
import { until } from './fixture.ts';

type Told = Extract<FromWorker, { type: 'denied' }>;

describe('What is told of refused attempts', function () {
  this.timeout(30_000);
  let server: Server;
  let child: ChildProcess;
  let own: Socket;
  /** The proxy's side of a connection from this process, and of one from another. */
  let ours: Socket;
  let theirs: Socket;

  before(async function () {
    if (process.platform !== 'linux') this.skip();
    server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const first = once(server, 'connection') as Promise<[Socket]>;
    own = connect(port, '127.0.0.1');
    [ours] = await first;
    const second = once(server, 'connection') as Promise<[Socket]>;
    child = spawn(process.execPath, ['-e', `require('net').connect(${port}, '127.0.0.1')`]);
    [theirs] = await second;
  });

  after(async () => {
    own.destroy();
    for (const socket of [ours, theirs]) socket.destroy();
    child.kill();
    await once(child, 'exit');
    server.close();
  });

  it('names the process of each message’s first attempt: one that tries often hides no other', async () => {
    const told: Told[] = [];
    let notify = (): void => undefined;
    const refusals = new DeniedRequestLog((message) => {
      told.push(message);
      notify();
    }, 100);
    const has = async (count: number): Promise<Told> =>
      until(
        (listener) => {
          notify = listener;
          return () => (notify = (): void => undefined);
        },
        () => told[count - 1],
        `message ${count}`,
      );
    let answered = 0;
    const add = (socket: Socket): void => refusals.add('wrong-token', socket, () => (answered += 1));
    try {
      add(ours);
      add(ours);
      const { detail, count } = await has(1);
      assert.match(detail, new RegExp(`process ${process.pid}\\)`));
      assert.equal(count, 2);
      add(theirs);
      add(ours);
      add(ours);
      const later = await has(2);
      assert.match(later.detail, new RegExp(`process ${child.pid ?? 0}\\)`));
      assert.equal(later.count, 3);
      assert.equal(answered, 5);
    } finally {
      refusals.close();
    }
  });
});
