import { writeFile } from 'node:fs/promises';
import { inspect, parseArgs } from 'node:util';
import { packProduct } from '../support/workbench/pack-extension.ts';
import { Company } from './company.ts';
import { machinesOf } from './machines.ts';
import { walkAll } from './walk.ts';
import type { Walked } from './walk.ts';

/** Walks the journeys of new users in real editors and prints what each was asked; `--only` is a regular expression over machines. */
const { values: options } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string', default: '' } },
});

/** Longer than that, nobody counts as connected at once; a machine that is busy otherwise takes longer. */
const mostSeconds = 30;

const walked: Walked[] = [];
const vsix = await packProduct();
const company = await Company.start();
try {
  for await (const machine of machinesOf(company, new RegExp(options.only))) {
    try {
      await walkAll(company, machine, vsix, (one) => {
        walked.push(one);
        show(one);
      });
    } catch (error) {
      console.error(inspect(error));
      process.exitCode = 1;
    }
  }
} finally {
  await company.stop();
}
if (walked.some((one) => !isGood(one))) process.exitCode = 1;
if (options.json !== undefined) {
  await writeFile(options.json, `${JSON.stringify({ journeys: walked }, undefined, 2)}\n`);
}
process.exit();

function isGood({ faults, seconds }: Walked): boolean {
  return faults.length === 0 && seconds <= mostSeconds;
}

function show(one: Walked): void {
  const { name, questions, approvals, keys, typed, seconds, faults } = one;
  const cost = `${questions} questions, ${approvals} approvals, ${keys} keys, ${typed} of them typed, ${seconds} s`;
  console.log(`${isGood(one) ? '✓' : '✗'}  ${name}: ${cost}`);
  for (const fault of faults) console.log(`   ${fault}`);
}
