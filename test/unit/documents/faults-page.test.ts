import assert from 'node:assert/strict';
import { resultOf } from '../../chaos/result.ts';
import type { Trial } from '../../chaos/play.ts';
import { withFaultsTable } from '../../packaging/faults-table.mjs';
import { readPage, tableRows } from './pages.ts';

const trial: Trial = {
  lost: 0,
  doubled: 0,
  differing: 0,
  failed: 0,
  retried: 5,
  longestPauseMs: 1200,
  left: 0,
  healthySeconds: 2.5,
  uploads: 0,
  seen: ['connected'],
  raised: undefined,
  retriedBecause: undefined,
};
const fault = { name: 'The cat walks over the keyboard', strike: async () => Promise.resolve() };

describe('docs/faults.md', () => {
  it('gets a row for each fault, with the sums and the worst of its runs', async () => {
    const seen = ['connected', 'off', 'connected'];
    const raised = 'API request to http://127.0.0.1:41/x failed: MLflow Secrets Auth: 127.0.0.1:42 is away.';
    const worse = { ...trial, failed: 2, longestPauseMs: 3400, seen, raised };
    const made = resultOf(fault, [trial, worse]);
    const page = await withFaultsTable(readPage('docs/faults.md'), [{ faults: [made] }]);
    assert.deepEqual(tableRows(page), [
      [
        ...[fault.name, '2 of 3', '0', '0', '2', '10', '3.4 s', '2.5 s', '0', 'connected → off → connected'],
        '127.0.0.1 is away.',
      ],
    ]);
  });

  it('says why a fault was not made, and that nobody became well again', async () => {
    const faults = [
      { name: 'The moon is gone', runs: 0, hindrance: 'it cannot be reached from here' },
      resultOf(fault, [trial, { ...trial, healthySeconds: undefined }]),
    ];
    const page = await withFaultsTable(readPage('docs/faults.md'), [{ faults }]);
    assert.match(page, /\| The moon is gone +\| not made: it cannot be reached from here +\|/);
    assert.match(page, /\| The cat walks .* not by itself +\|/);
  });

  it('takes the later of two results for a fault, and keeps the words around the table', async () => {
    const early = { faults: [resultOf(fault, [trial])] };
    const late = { faults: [resultOf(fault, [trial, trial, trial])] };
    const page = await withFaultsTable(readPage('docs/faults.md'), [early, late]);
    assert.equal(tableRows(page)[0]?.[1], '3');
    assert.equal(await withFaultsTable(page, [early, late]), page);
  });
});
