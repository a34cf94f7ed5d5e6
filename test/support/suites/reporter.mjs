import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { changedState, processState } from './process-state.mjs';

/**
 * Mocha's usual output, and the counts and the titles of what failed in the file that `SUITE_RESULT` names, so far as the
 * suite has come. A file's `describe` that leaves the process changed for the next one is a failure.
 */
class SuiteReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const leaks = [];
    const failures = [];
    let before;
    const file = process.env.SUITE_RESULT;
    const write = () => {
      if (file === undefined) return;
      const { passes, pending } = runner.stats;
      const all = [...failures, ...leaks];
      writeFileSync(
        file,
        JSON.stringify({ passed: passes, failed: all.length, skipped: pending, failures: all }),
      );
    };
    runner.on('fail', (test) => failures.push(test.titlePath().join(' › ')));
    runner.on('test end', write);
    runner.on('suite', (suite) => {
      if (suite.parent?.root) before = processState();
    });
    runner.on('suite end', (suite) => {
      if (!suite.parent?.root) return;
      const changed = changedState(before, processState());
      if (changed.length > 0) leaks.push(`"${suite.title}" left changed: ${changed.join(', ')}`);
    });
    runner.once('end', () => {
      for (const leak of leaks) console.error(leak);
      write();
    });
  }
}

// What `require` gives for this module.
export { SuiteReporter as 'module.exports' };
