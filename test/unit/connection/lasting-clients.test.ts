import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { LastingClients } from '../../../src/connection/lasting-clients.ts';
import { firstLine } from '../../support/first-line.ts';
import { until } from '../../support/until.ts';

/** Says its port. */
const listenerThat = (accept: string): string =>
  `const server = require('node:net').createServer(${accept}).listen(0, '127.0.0.1', () => console.log(server.address().port))`;
const listener = listenerThat('');
/** As the proxy does to who shows no token; says so. */
const closing = listenerThat(`(socket) => socket.resume().end(() => console.log('closed'))`);

describe('Programs that use the proxy and go on without the window', () => {
  const children: ChildProcess[] = [];
  const orphans: number[] = [];
  let port: number;

  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  beforeEach(async () => {
    port = Number(await line(start(process.execPath, ['-e', listener])));
  });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const pid of orphans.splice(0)) process.kill(pid, 'SIGKILL');
  });

  function start(command: string, args: readonly string[]): ChildProcess {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    return child;
  }

  async function line({ stdout }: ChildProcess): Promise<string> {
    assert.ok(stdout !== null);
    return firstLine(stdout);
  }

  /** Holds a connection. */
  const client = (to = port): string => `exec 3<>/dev/tcp/127.0.0.1/${to}; echo $$; exec sleep 60 >/dev/null`;

  /** As setsid and tmux have it: whoever started it is gone. */
  async function startOrphan(): Promise<number> {
    const starter = start('bash', ['-c', `bash -c '${client()}' &`]);
    const pid = Number(await line(starter));
    orphans.push(pid);
    if (starter.exitCode === null) await once(starter, 'exit');
    await sleeps(pid);
    return pid;
  }

  async function startNohup(): Promise<number> {
    const pid = Number(await line(start('bash', ['-c', `trap '' HUP; ${client()}`])));
    await sleeps(pid);
    return pid;
  }

  /** What has said its number is a shell for a moment more. */
  async function sleeps(pid: number): Promise<void> {
    await until(
      async () => (await readFile(`/proc/${pid}/comm`, 'utf8')) === 'sleep\n',
      () => 'the program has not started',
    );
  }

  async function found(): Promise<string | undefined> {
    const clients = new LastingClients(process.pid);
    assert.equal(await clients.look(port), undefined, 'at the first look');
    const client = await clients.look(port);
    assert.equal(await clients.look(port), undefined, 'a second time');
    return client && `${client.name} ${client.pid}`;
  }

  it('are those that do not descend from it', async () => {
    const pid = await startOrphan();
    assert.equal(await found(), `sleep ${pid}`);
  });

  it('are those that ignore the end of their terminal', async () => {
    const pid = await startNohup();
    assert.equal(await found(), `sleep ${pid}`);
  });

  it('are none that were started in it, nor at other ports', async () => {
    await line(start('bash', ['-c', client()]));
    assert.equal(await found(), undefined);
    assert.equal(await new LastingClients(process.pid).look(1), undefined);
  });

  it('are none whose connection the proxy has closed, which a browser keeps until it needs another', async () => {
    const server = start(process.execPath, ['-e', closing]);
    port = Number(await line(server));
    const isClosed = line(server);
    await startOrphan();
    assert.equal(await isClosed, 'closed');
    assert.equal(await found(), undefined);
  });

  it('are none where the proxy ends with the window', async () => {
    const own = createServer().listen(0, '127.0.0.1');
    await once(own, 'listening');
    ({ port } = own.address() as AddressInfo);
    await startOrphan();
    assert.equal(await found(), undefined);
    own.close();
  });
});
