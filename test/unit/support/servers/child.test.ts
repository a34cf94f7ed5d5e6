import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstLine } from '../../../support/first-line.ts';
import { startChild, startOnFreePort } from '../../../support/servers/child.ts';
import type { Child } from '../../../support/servers/child.ts';
import { stopLeftOver } from '../../../support/servers/left-over.ts';

// A shell, because it starts in a few milliseconds.
const forever = 'sleep 1000 & wait';
const childModule = new URL('../../../support/servers/child.ts', import.meta.url).href;

describe('a server of the tests', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'child-'));
  });
  afterEach(async () => rm(folder, { recursive: true }));

  const start = async (script: string, isReady: () => boolean, readyWithinMs = 10_000): Promise<Child> =>
    startChild({
      command: '/bin/sh',
      args: ['-c', script],
      logFile: join(folder, 'server.log'),
      isReady: async () => Promise.resolve(isReady()),
      readyWithinMs,
    });

  it('is stopped with what it started, and may be stopped twice', async () => {
    const pidFile = join(folder, 'grandchild');
    const child = await start(`sleep 1000 & echo $! > '${pidFile}'; wait`, () => true);
    const grandchild = await until(async () => Number(await readFile(pidFile, 'utf8').catch(() => '')));
    await child.stop();
    await child.stop();
    assert.ok(!isAlive(child.pid));
    await untilEnded(grandchild);
  });

  it('that dies is reported with its last lines and its log', async () => {
    const started = start('echo "port is taken"; exit 3', () => false);
    await assert.rejects(started, /ended with 3[^]*server\.log[^]*port is taken/);
  });

  it('that never responds is reported, and stopped', async () => {
    await assert.rejects(
      start(forever, () => false, 300),
      /did not answer within 0\.3 s/,
    );
  });

  it('whose program is missing is reported by its name', async () => {
    const logFile = join(folder, 'x.log');
    const missing = {
      command: '/nowhere/bao',
      args: [],
      logFile,
      isReady: async () => Promise.resolve(true),
    };
    await assert.rejects(
      startChild({ ...missing, readyWithinMs: 100 }),
      /\/nowhere\/bao could not be started/,
    );
  });

  it('gets another port when its own was taken', async () => {
    const marker = join(folder, 'tried');
    const ports: number[] = [];
    const server = await startOnFreePort((port) => {
      ports.push(port);
      return {
        command: '/bin/sh',
        args: [
          '-c',
          `[ -e '${marker}' ] && { touch '${folder}/up'; sleep 1000; }; touch '${marker}'; echo 'bind: address already in use'; exit 1`,
        ],
        logFile: join(folder, `server-${ports.length}.log`),
        isReady: async () => Promise.resolve(existsSync(join(folder, 'up'))),
        readyWithinMs: 10_000,
      };
    });
    await server.stop();
    assert.equal(ports.length, 2);
    assert.equal(server.port, ports[1]);
  });

  it('that dies of something else gets no other port', async () => {
    let tries = 0;
    const starting = startOnFreePort(() => {
      tries += 1;
      return {
        command: '/bin/sh',
        args: ['-c', 'echo broken; exit 1'],
        logFile: join(folder, 'server.log'),
        isReady: async () => Promise.resolve(false),
        readyWithinMs: 10_000,
      };
    });
    await assert.rejects(starting, /broken/);
    assert.equal(tries, 1);
  });

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    it(`ends with a test process that gets ${signal}`, async () => {
      const { parent, server } = await parentAndServer(folder);
      parent.kill(signal);
      await once(parent, 'exit');
      await untilEnded(server);
    });
  }

  it('of a test process that was killed is left over, and ended by the runner of the suites', async () => {
    const { parent, server } = await parentAndServer(folder);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    assert.ok(isAlive(server));
    assert.deepEqual(stopLeftOver(folder), [server]);
    await untilEnded(server);
    assert.deepEqual(stopLeftOver(folder), []);
  });
});

/** A test process that started a server and does nothing more. */
async function parentAndServer(folder: string): Promise<{ parent: ChildProcess; server: number }> {
  const script = `
    import { startChild, startOnFreePort } from ${JSON.stringify(childModule)};
    const child = await startChild({ command: '/bin/sh', args: ['-c', '${forever}'],
      logFile: ${JSON.stringify(join(folder, 'log'))}, isReady: async () => true, readyWithinMs: 5000 });
    console.log(child.pid); setInterval(() => {}, 1000)`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, RUN_FOLDER: folder },
  });
  return { parent, server: Number(await firstLine(parent.stdout)) };
}

/** A process that has ended and that nobody has collected yet is dead, too. */
function isAlive(pid: number): boolean {
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return state !== '' && !state.startsWith('Z');
}

async function untilEnded(pid: number): Promise<void> {
  await until(async () => Promise.resolve(!isAlive(pid)));
}

async function until<T>(look: () => Promise<T>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await sleep(20);
  }
}
