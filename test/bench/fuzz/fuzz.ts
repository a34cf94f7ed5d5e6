/**
 * `npm run fuzz`: generated request streams through the proxy, held against Node's own parser. `--minutes N` (1), `--seed N`
 * (the clock's), `--lanes N` (2), `--corpus` for the committed cases only. Ends with 1 at the first faults found, each printed as a case.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildWorker } from '../build-worker.ts';
import { stopAll } from '../processes.ts';
import { readCorpus } from './corpus.ts';
import { generate, split } from './generate.ts';
import { Lane, type Verdict } from './lane.ts';
import { Random } from './random.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    lanes: { type: 'string', default: '2' },
    faults: { type: 'string', default: '10' },
  },
});
const seed = Number(values.seed);
const minutes = Number(values.minutes);
const deadline = performance.now() + minutes * 60_000;
const mostFaults = Number(values.faults);
const totals = { cases: 0, forwarded: 0, refused: 0, stalled: 0, faulty: 0 };

function count(verdict: Verdict, name: string, text: string): void {
  totals.cases += 1;
  totals.forwarded += verdict.forwarded;
  totals.refused += verdict.refused;
  if (verdict.stalled) {
    totals.stalled += 1;
    if (totals.stalled <= mostFaults) console.log(`stalled: ${name}\n  ${JSON.stringify(text)}`);
  }
  if (verdict.faults.length === 0) return;
  totals.faulty += 1;
  console.log(`FAULT: ${name}\n  ${verdict.faults.join('\n  ')}\n  ${JSON.stringify(text)}`);
}

async function drive(lane: Lane, number: number): Promise<void> {
  const random = new Random(seed + number);
  for (let index = 0; performance.now() < deadline && totals.faulty < mostFaults; index += 1) {
    const text = generate(random, `l${number}c${index}`);
    count(
      await lane.run(text, (bytes) => split(random, bytes)),
      `seed ${seed}, lane ${number}, case ${index}`,
      text,
    );
  }
}

const folder = await mkdtemp(join(tmpdir(), 'mlflow-fuzz-'));
try {
  const bundle = process.env['FAKE'] ?? (await buildWorker(folder));
  const lanes: Lane[] = [];
  for (let number = 0; number < Number(values.lanes); number += 1) lanes.push(await Lane.start(bundle));
  for (const { name, text } of await readCorpus())
    count(await lanes[0]!.run(text, (bytes) => [bytes]), name, text);
  const begun = performance.now();
  await Promise.all(lanes.map(drive));
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  for (const lane of lanes) await lane.stop();
  console.log(
    `seed ${seed}: ${totals.cases} streams in ${seconds} s, ${totals.forwarded} requests forwarded, ${totals.refused} refused, ` +
      `${totals.stalled} stalled, ${totals.faulty} with faults`,
  );
  process.exitCode = totals.faulty > 0 ? 1 : 0;
} finally {
  await stopAll();
  await rm(folder, { recursive: true, force: true });
}
