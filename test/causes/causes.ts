import { writeFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { areas } from './areas.ts';
import { examine } from './examine.ts';
import type { Examined } from './examine.ts';
import { Parts } from './parts.ts';

/** Runs every cause, a few at once, and prints what came of each; `--json FILE` writes it, `--only WORDS` chooses, as a regular expression over "area: name". */
const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at === -1 ? undefined : process.argv[at + 1];
};
const only = new RegExp(argument('--only') ?? '');
const causes = Object.entries(areas).flatMap(([area, all]) =>
  all.filter(({ name }) => only.test(`${area}: ${name}`)),
);
const parts = new Parts();
const results: Examined[] = [];
const waiting = [...causes];

async function work(): Promise<void> {
  for (let cause = waiting.shift(); cause !== undefined; cause = waiting.shift()) {
    const begun = Date.now();
    try {
      const examined = await examine(cause, parts);
      results.push(examined);
      show(examined, Date.now() - begun);
    } catch (error) {
      console.log(`!     ${cause.name}: ${inspect(error)}`);
      process.exitCode = 1;
    }
  }
}

function show({ name, named, seconds, because, faults, said }: Examined, tookMs: number): void {
  const by = because === undefined ? '' : `, by a person: ${because}`;
  const back = seconds === undefined ? 'not back' : `back in ${seconds} s${by}`;
  console.log(`${named.padEnd(5)} ${name} (${back}; ${Math.round(tookMs / 1000)} s)`);
  for (const fault of faults) console.log(`      ${fault}`);
  if (process.argv.includes('--verbose')) console.log(inspect(said, { maxStringLength: 4000 }));
  if (faults.length > 0) process.exitCode = 1;
}

try {
  await Promise.all(Array.from({ length: Number(argument('--at-once') ?? 3) }, work));
} finally {
  await parts.stop();
}
const file = argument('--json');
const report = {
  causes: results.map(({ name, named, mendsItself, seconds, because }) => ({
    ...{ name, named, mendsItself, seconds },
    because,
  })),
};
if (file !== undefined) await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
process.exit();
