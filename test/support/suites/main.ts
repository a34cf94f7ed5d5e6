import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanForCanaries } from '../canary/scan.ts';
import { chooseTests, readArguments, suiteOf, usage, UsageError } from './choose-tests.ts';
import type { Choice } from './choose-tests.ts';
import { countTitles } from './count-titles.ts';
import { nothingRan, sum, summaryLine } from './result.ts';
import type { SuiteResult } from './result.ts';
import { runLanes } from './run-lanes.ts';
import { runSuite } from './run-suite.ts';
import { suites, testFiles } from './suites.ts';

/** Runs what was asked for, or everything, then looks for secrets in all that it wrote. The last line has the counts. */
if (process.argv.includes('--help')) {
  console.log(usage);
  process.exit(0);
}
// A short name: editors and browsers put sockets below it, whose paths may have about 100 characters.
const runFolder = await mkdtemp(join(tmpdir(), 'mlflow-run-'));

// The product is packed once for all suites.
process.env['RUN_PACKAGE'] = join(runFolder, 'product.vsix');

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupt.abort());

try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  await rm(runFolder, { recursive: true, force: true });
  console.log(`\n${summaryLine(nothingRan)}`);
  process.exitCode = 1;
}
process.exit();

async function run(): Promise<boolean> {
  const request = readArguments(process.argv.slice(2));
  const { grep } = request;
  const choices = await withTitles(chooseTests(request, suites, await testFiles()), grep);
  const results: SuiteResult[] = [];
  // Their lines are far above the last ones, which are all that some logs show.
  const failed: string[] = [];
  await runLanes(choices, runFolder, async (choice, { folder, isBeside }) => {
    if (interrupt.signal.aborted) return;
    const started = Date.now();
    const suite = suiteOf(choice, grep);
    console.log(`\n── ${[suite.name, ...(choice.files ?? [])].join(' ')} ──`);
    const result = await runSuite(suite, folder, interrupt.signal, { isBeside });
    results.push(result);
    failed.push(...namesOfFailed(suite.name, result));
    console.log(`${suite.name}: ${summaryLine(result)} in ${Math.round((Date.now() - started) / 1000)} s`);
  });
  if (interrupt.signal.aborted) console.error('\nInterrupted.');

  console.log('\n── canaries ──');
  const leaks = await scanForCanaries(runFolder);
  for (const leak of leaks) console.error(`A secret was written: ${leak}`);
  results.push({ passed: leaks.length === 0 ? 1 : 0, failed: leaks.length === 0 ? 0 : 1, skipped: 0 });
  for (const failure of failed) console.error(`Failed: ${failure}`);
  const total = sum(results);
  const good = total.failed === 0 && !interrupt.signal.aborted;
  if (good) await rm(runFolder, { recursive: true, force: true });
  else console.log(`What the run wrote is in ${runFolder}.`);
  console.log(`\n${summaryLine(total)}`);
  return good;
}

/** Those that nobody named were cut off, or their program tells no titles. */
function namesOfFailed(suite: string, { failed, failures = [] }: SuiteResult): readonly string[] {
  const unnamed = failed - failures.length;
  const others = unnamed > 0 ? [`${suite}: ${unnamed}, whose words are above`] : [];
  return [...failures.map((failure) => `${suite}: ${failure}`), ...others];
}

/** Leaves out what has no title with these words, so that nothing is installed for it. */
async function withTitles(choices: readonly Choice[], grep: string | undefined): Promise<readonly Choice[]> {
  if (grep === undefined) return choices;
  const fitting: Choice[] = [];
  for (const { suite, files } of choices) {
    if (suite.kind !== 'files') continue;
    const choice = { suite, ...(files && { files }) };
    if ((await countTitles(choice, grep, runFolder)) !== 0) fitting.push(choice);
  }
  if (fitting.length > 0) return fitting;
  const where = choices.map(({ suite, files }) => files?.join(', ') ?? suite.name).join(', ');
  throw new UsageError(`No test of ${where} has a title that fits "${grep}".`);
}
