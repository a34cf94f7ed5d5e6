import assert from 'node:assert/strict';
import { readResult, sum, summaryLine } from '../../support/suites/result.ts';

describe('the counts of a suite', () => {
  it('are taken as written', () => {
    assert.deepEqual(readResult('{"passed":3,"failed":1,"skipped":2}', 1), {
      passed: 3,
      failed: 1,
      skipped: 2,
    });
  });
  it('come with the titles of what failed, where they were written', () => {
    const written = { passed: 3, failed: 1, skipped: 0, failures: ['a › b'] };
    assert.deepEqual(readResult(JSON.stringify(written), 1), written);
  });
  it('are a failure when nothing was written', () => assert.equal(readResult(undefined, 0).failed, 1));
  for (const text of ['{"passed":3,"fai', 'null', '{"passed":"3","failed":0}', '{"passed":1.5,"failed":0}']) {
    it(`are a failure when ${text} was written`, () => assert.equal(readResult(text, 0).failed, 1));
  }
  it('are a failure when no test ran', () => {
    assert.equal(readResult('{"passed":0,"failed":0,"skipped":5}', 0).failed, 1);
  });
  it('are a failure when the suite died after its last test', () => {
    assert.equal(readResult('{"passed":3,"failed":0,"skipped":0}', 137).failed, 1);
  });
  it('are summed in one line', () => {
    const total = sum([
      { passed: 1, failed: 0, skipped: 0 },
      { passed: 2, failed: 1, skipped: 3 },
    ]);
    assert.equal(summaryLine(total), '3 passed, 1 failed, 3 skipped');
    assert.equal(summaryLine({ passed: 1, failed: 0, skipped: 0 }), '1 passed, 0 failed');
  });
});
