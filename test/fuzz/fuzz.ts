/**
 * `npm run fuzz`: generated request streams held against Node's own parser, the committed cases first. A fifth of the time
 * goes to the proxy's parsers alone, which is quick, the rest to the proxy as shipped, over sockets: its requests, and beside
 * them responses of a tracking server. Ends with 1 when there was a fault.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildWorker } from '../support/proxy-process/build-worker.ts';
import { stopAll } from '../support/proxy-process/processes.ts';
import { readCorpus } from './corpus.ts';
import { generate, split } from './generate.ts';
import { Lane, type CaseResult } from './lane.ts';
import { generateResponse } from './generate-response.ts';
import { ResponseLane } from './response-lane.ts';
import { generated, parserBatch, type ParserTotals } from './parser-run.ts';
import { Random } from '../support/random.ts';
import { NodeReader } from './reading.ts';

const usage = `npm run fuzz -- [--minutes N] [--seed N] [--lanes N] [--faults N]

  --minutes  how long (1)
  --seed     where the generated cases begin (the clock's); a run prints its own
  --lanes    proxies at once (2)
  --faults   how many before it stops (10); each is printed as a case for test/fixtures/fuzz-corpus`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    lanes: { type: 'string', default: '2' },
    faults: { type: 'string', default: '10' },
  },
});
if (values.help) {
  console.log(usage);
  process.exit();
}
const seed = Number(values.seed);
const totalMs = Number(values.minutes) * 60_000;
const maxFaults = Number(values.faults);
const batch = 200;
const totals = { streams: 0, forwarded: 0, refused: 0, stalled: 0, faulty: 0 };
const responseTotals = { streams: 0, passed: 0 };
const parserTotals: ParserTotals = { streams: 0, taken: 0, stricter: 0 };

function show(what: string, name: string, problems: readonly string[], text: string): void {
  console.log(`${what}: ${name}\n  ${problems.join('\n  ')}\n  ${JSON.stringify(text)}`);
}

function count(result: CaseResult, name: string, text: string): void {
  totals.streams += 1;
  totals.forwarded += result.forwarded;
  totals.refused += result.refused;
  if (result.stalled) {
    totals.stalled += 1;
    if (totals.stalled <= maxFaults) show('STALLED', name, ['neither answered nor closed'], text);
  }
  if (result.faults.length === 0) return;
  totals.faulty += 1;
  show('FAULT', name, result.faults, text);
}

/** The parsers alone. */
async function parsers(until: number): Promise<void> {
  const reader = new NodeReader();
  const random = new Random(seed);
  const committed = (await readCorpus()).map(({ text }) => text);
  let texts = committed;
  while (performance.now() < until && totals.faulty < maxFaults) {
    for (const { text, problem } of await parserBatch(reader, random, texts, parserTotals)) {
      totals.faulty += 1;
      show('FAULT', `parsers, seed ${seed}`, [problem], text);
    }
    texts = generated(random, batch, parserTotals.streams);
  }
}

/** One proxy, one stream after the other. */
async function drive(lane: Lane, number: number, until: number): Promise<void> {
  const random = new Random(seed + 1 + number);
  for (let index = 0; performance.now() < until && totals.faulty < maxFaults; index += 1) {
    const text = generate(random, `l${number}c${index}`);
    const result = await lane.run(text, (bytes) => split(random, bytes));
    count(result, `seed ${seed}, lane ${number}, case ${index}`, text);
  }
}

async function driveResponses(lane: ResponseLane, until: number): Promise<void> {
  const random = new Random(seed);
  for (let index = 0; performance.now() < until && totals.faulty < maxFaults; index += 1) {
    const text = generateResponse(random);
    const method = random.pick(['GET', 'GET', 'POST', 'HEAD']);
    const { faults, passed } = await lane.run(method, text, (bytes) => split(random, bytes));
    responseTotals.streams += 1;
    if (passed) responseTotals.passed += 1;
    if (faults.length === 0) continue;
    totals.faulty += 1;
    show('FAULT', `response to ${method}, seed ${seed}, case ${index}`, faults, text);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'mlflow-fuzz-'));
try {
  const begun = performance.now();
  await parsers(begun + totalMs * 0.2);
  const bundle = await buildWorker(folder);
  const lanes: Lane[] = [];
  for (let number = 0; number < Number(values.lanes); number += 1) lanes.push(await Lane.start(bundle));
  for (const { name, text } of await readCorpus()) {
    count(await lanes[0]!.run(text, (bytes) => [bytes]), name, text);
  }
  const responses = await ResponseLane.start(bundle);
  const end = begun + totalMs;
  await Promise.all([
    ...lanes.map(async (lane, number) => drive(lane, number, end)),
    driveResponses(responses, end),
  ]);
  for (const lane of [...lanes, responses]) await lane.stop();
  const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
  const { streams, forwarded, refused, stalled, faulty } = totals;
  console.log(
    `seed ${seed}, ${minutes} minutes. Parsers: ${parserTotals.streams} streams, ${parserTotals.taken} requests taken. ` +
      `Proxy: ${streams} streams, ${forwarded} requests forwarded, ${refused} refused, ${stalled} stalled. ` +
      `Responses: ${responseTotals.streams}, ${responseTotals.passed} passed on. Faults: ${faulty}`,
  );
  process.exitCode = faulty > 0 ? 1 : 0;
} finally {
  await stopAll();
  await rm(folder, { recursive: true, force: true });
}
