import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from '../../support/setup/parts.mjs';
import { changedState, processState } from '../../support/suites/process-state.mjs';

describe('the state that tests share', () => {
  it('is the same as long as nothing changes it', () => {
    assert.deepEqual(changedState(processState(), processState()), []);
  });

  it('differs by each variable that was added, changed or removed', () => {
    const before = { 'process.env.A': '1', 'process.env.B': '1', 'process.env.C': '1' };
    const after = { 'process.env.A': '1', 'process.env.B': '2', 'process.env.D': '1' };
    assert.deepEqual(changedState(before, after), ['process.env.B', 'process.env.C', 'process.env.D']);
  });

  it('fails the run when a file leaves it changed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'state-'));
    try {
      await writeFile(
        join(folder, 'sample.test.mjs'),
        `describe('puts it back', () => {
          before(() => (process.env.SAMPLE = 'x'));
          after(() => delete process.env.SAMPLE);
          it('is good', () => undefined);
        });
        describe('forgets it', () => it('is good', () => { process.env.SAMPLE = 'x'; }));`,
      );
      const result = join(folder, 'result.json');
      const { stderr } = spawnSync(
        process.execPath,
        [
          join(checkout, 'node_modules', 'mocha', 'bin', 'mocha.js'),
          ...['--reporter', join(checkout, 'test', 'support', 'suites', 'reporter.mjs')],
          join(folder, 'sample.test.mjs'),
        ],
        { encoding: 'utf8', env: { ...process.env, SUITE_RESULT: result } },
      );
      assert.match(stderr, /"forgets it" left changed: process\.env\.SAMPLE/);
      assert.deepEqual(JSON.parse(await readFile(result, 'utf8')), {
        ...{ passed: 2, failed: 1, skipped: 0 },
        failures: ['"forgets it" left changed: process.env.SAMPLE'],
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
