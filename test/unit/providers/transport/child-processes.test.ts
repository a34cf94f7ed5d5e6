import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mock } from 'node:test';
import { ChildProcesses } from '../../../../src/providers/transport/child-processes.ts';

describe('programs that an SDK starts', () => {
  const started: ChildProcess[] = [];

  function start(code: string): ChildProcess {
    const child = spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
    started.push(child);
    return child;
  }

  afterEach(async () => {
    for (const child of started.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
  });

  it('are ended once each after the source is closed, although what ends them is a program, too', async () => {
    let endings = 0;
    const processes = new ChildProcesses(async (child) => {
      endings += 1;
      // As long as it is bounded here: each that ended itself again would start another.
      if (endings > 5) return;
      await once(start(''), 'exit');
      child.kill('SIGKILL');
    });
    await processes.within(async () => {
      await processes.close();
      await once(start('setInterval(() => undefined, 1000)'), 'exit');
    });
    assert.equal(endings, 1);
  });

  it('are left alone where they are of another user', async () => {
    const processes = new ChildProcesses();
    await processes.within(async () => {
      await once(start('setInterval(() => undefined, 1000)'), 'spawn');
    });
    const kill = mock.method(process, 'kill', () => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    try {
      await processes.close();
    } finally {
      kill.mock.restore();
    }
    assert.ok(kill.mock.callCount() > 0);
    assert.equal(started[0]?.exitCode, null);
  });
});
