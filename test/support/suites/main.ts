import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanForCanaries } from '../canary/scan.ts';
import { sum, summaryLine } from './result.ts';
import type { SuiteResult } from './result.ts';
import { runSuite } from './run-suite.ts';
import { suites } from './suites.ts';

/** Runs the named suites, or all, then looks for secrets in all that they wrote. */
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(
    `No such suite: ${unknown.join(', ')}. There are ${suites.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(1);
}
const chosen = wanted.length === 0 ? suites : suites.filter(({ name }) => wanted.includes(name));
// A short name: editors and browsers put sockets below it, whose paths may have about 100 characters.
const runFolder = await mkdtemp(join(tmpdir(), 'mlflow-run-'));
await mkdir(join(runFolder, 'tmp'));

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupt.abort());

const results: SuiteResult[] = [];
for (const suite of chosen) {
  if (interrupt.signal.aborted) break;
  const started = Date.now();
  console.log(`\n── ${suite.name} ──`);
  const result = await runSuite(suite, runFolder, interrupt.signal);
  results.push(result);
  console.log(`${suite.name}: ${summaryLine(result)} in ${Math.round((Date.now() - started) / 1000)} s`);
}
if (interrupt.signal.aborted) console.error('\nInterrupted.');

console.log('\n── canaries ──');
const leaks = await scanForCanaries(runFolder);
for (const leak of leaks) console.error(`A secret was written: ${leak}`);
results.push({ passed: leaks.length === 0 ? 1 : 0, failed: leaks.length === 0 ? 0 : 1, skipped: 0 });
const total = sum(results);
const good = total.failed === 0 && !interrupt.signal.aborted;
if (good) await rm(runFolder, { recursive: true, force: true });
else console.log(`What the run wrote is in ${runFolder}.`);
console.log(`\n${summaryLine(total)}`);
process.exit(good ? 0 : 1);
