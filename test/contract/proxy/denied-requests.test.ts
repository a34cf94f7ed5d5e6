import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { FromWorker } from '../../../src/proxy/messages.ts';
import { DeniedRequestLog } from '../../../src/proxy/admission/denied-request-log.ts';
import { Changes } from '../../support/changes.ts';

type Denied = Extract<FromWorker, { type: 'denied' }>;

describe('The log of denied requests', () => {
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

  /** The two messages of five denied requests: two of ours, then one of theirs and two more of ours. */
  async function twoMessages(): Promise<readonly [Denied, Denied]> {
    const messages: Denied[] = [];
    const changes = new Changes();
    const log = new DeniedRequestLog((message) => {
      messages.push(message);
      changes.notify();
    }, 100);
    const nth = async (count: number): Promise<Denied> =>
      changes.until(() => messages[count - 1], `message ${count}`);
    let answered = 0;
    const add = (socket: Socket): void => log.add('wrong-token', socket, () => (answered += 1));
    try {
      add(ours);
      add(ours);
      const first = await nth(1);
      add(theirs);
      add(ours);
      add(ours);
      const second = await nth(2);
      assert.equal(answered, 5);
      return [first, second];
    } finally {
      log.close();
    }
  }

  it('names the process of the first request in each message, so that one that tries often hides no other', async () => {
    let [first, second] = await twoMessages();
    // A process is searched for a moment only, which may be too short on a busy machine.
    while (first.detail === '' || second.detail === '') [first, second] = await twoMessages();
    assert.match(first.detail, new RegExp(`process ${process.pid}\\)`));
    assert.equal(first.count, 2);
    assert.match(second.detail, new RegExp(`process ${child.pid ?? 0}\\)`));
    assert.equal(second.count, 3);
  });
});
