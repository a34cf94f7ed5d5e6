import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { changedState, processState } from './process-state.mjs';

/**
 * Mocha's usual output, and the counts in the file that `SUITE_RESULT` names. A file's `describe` that leaves the process
 * changed for the next one is a failure.
 */
class SuiteReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const leaks = [];
    let before;
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
      const file = process.env.SUITE_RESULT;
      if (file === undefined) return;
      const { passes, failures, pending } = runner.stats;
      writeFileSync(
        file,
        JSON.stringify({ passed: passes, failed: failures + leaks.length, skipped: pending }),
      );
    });
  }
}

// What `require` gives for this module.
export { SuiteReporter as 'module.exports' };
