import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runSuite } from '../../support/suites/run-suite.ts';
import type { RunnableSuite } from '../../support/suites/run-suite.ts';

const childModule = new URL('../../support/servers/child.ts', import.meta.url).href;

describe('running a suite', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'suite-'));
    await mkdir(join(folder, 'tmp'));
  });
  afterEach(async () => rm(folder, { recursive: true }));

  /** A suite of one script; `name` is that of no real one. */
  const suite = (script: string, more: Partial<RunnableSuite> = {}): RunnableSuite => ({
    name: 'sample',
    needs: [],
    commands: [[process.execPath, '--input-type=module', '-e', script]],
    counts: true,
    limitMinutes: 1,
    ...more,
  });
  const never = new AbortController().signal;

  /** Starts a server, writes its process id, then does as told. */
  const withServer = (then: string): string => `
    import { writeFileSync } from 'node:fs';
    import { startChild } from ${JSON.stringify(childModule)};
    const { pid } = await startChild({ command: '/bin/sh', args: ['-c', 'sleep 1000 & wait'],
      logFile: ${JSON.stringify(join(folder, 'server.log'))}, isReady: async () => true, readyWithinMs: 5000 });
    writeFileSync(process.env.SUITE_RESULT, '{"passed":1,"failed":0}');
    writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(pid));
    ${then}`;
  const forever = 'setInterval(() => {}, 1000);';

  it('takes its counts and keeps its output', async () => {
    const script = `console.log('hello'); import { writeFileSync } from 'node:fs';
      writeFileSync(process.env.SUITE_RESULT, '{"passed":2,"failed":0,"skipped":1}');`;
    assert.deepEqual(await runSuite(suite(script), folder, never), { passed: 2, failed: 0, skipped: 1 });
    assert.match(await readFile(join(folder, 'sample.log'), 'utf8'), /hello/);
  });

  it('counts each command as one check when the suite does not count', async () => {
    const commands = [0, 1, 0].map((code) => [process.execPath, '-e', `process.exit(${code})`]);
    const result = await runSuite(suite('', { commands, counts: false }), folder, never);
    assert.deepEqual(result, { passed: 2, failed: 1, skipped: 0 });
  });

  it('fails when the program is missing', async () => {
    const missing = suite('', { commands: [['/nowhere/mocha']] });
    assert.equal((await runSuite(missing, folder, never)).failed, 1);
  });

  it('ends it and its servers at its time limit, and that is a failure', async () => {
    const limit = new AbortController();
    const running = runSuite(suite(withServer(forever)), folder, never, { limitOf: () => limit.signal });
    await serverStarted();
    limit.abort();
    assert.deepEqual(await running, { passed: 1, failed: 1, skipped: 0 });
    await serverEnded();
  });

  it('ends it and its servers when the run is interrupted', async () => {
    const interrupt = new AbortController();
    const running = runSuite(suite(withServer(forever)), folder, interrupt.signal);
    await serverStarted();
    interrupt.abort();
    assert.equal((await running).failed, 1);
    await serverEnded();
  });

  it('ends the servers of one that was killed', async () => {
    const result = await runSuite(suite(withServer(`process.kill(process.pid, 'SIGKILL');`)), folder, never);
    assert.deepEqual(result, { passed: 1, failed: 1, skipped: 0 });
    await serverEnded();
  });

  async function serverStarted(): Promise<void> {
    while (!(await readFile(join(folder, 'pid'), 'utf8').catch(() => ''))) await sleep(20);
  }

  async function serverEnded(): Promise<void> {
    const pid = await readFile(join(folder, 'pid'), 'utf8');
    for (;;) {
      const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' });
      if (stdout.trim() === '' || stdout.startsWith('Z')) return;
      await sleep(20);
    }
  }
});
