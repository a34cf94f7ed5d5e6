import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanForCanaries } from '../canary/scan.ts';
import { checkout, ensure, tools } from '../setup/parts.mjs';
import { nothingRan, readResult, sum, summaryLine } from './result.ts';
import type { SuiteResult } from './result.ts';
import { suites } from './suites.ts';
import type { Suite } from './suites.ts';

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
const runFolder = await mkdtemp(join(tmpdir(), 'mlflow-secrets-auth-run-'));
const results: SuiteResult[] = [];
for (const suite of chosen) {
  const started = Date.now();
  console.log(`\n── ${suite.name} ──`);
  const result = await runSuite(suite);
  results.push(result);
  console.log(`${suite.name}: ${summaryLine(result)} in ${Math.round((Date.now() - started) / 1000)} s`);
}

console.log('\n── canaries ──');
const leaks = await scanForCanaries(runFolder);
for (const leak of leaks) console.error(`A secret was written: ${leak}`);
results.push({ passed: leaks.length === 0 ? 1 : 0, failed: leaks.length === 0 ? 0 : 1, skipped: 0 });
const total = sum(results);
if (total.failed === 0) await rm(runFolder, { recursive: true, force: true });
else console.log(`What the run wrote is in ${runFolder}.`);
console.log(`\n${summaryLine(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function runSuite(suite: Suite): Promise<SuiteResult> {
  try {
    await ensure(suite.needs);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return nothingRan;
  }
  const resultFile = join(runFolder, `${suite.name}.json`);
  const codes: (number | null)[] = [];
  for (const command of suite.commands) codes.push(await runCommand(suite, command, resultFile));
  if (suite.counts) {
    const text = await readFile(resultFile, 'utf8').catch(() => undefined);
    return readResult(text, codes.find((code) => code !== 0) ?? 0);
  }
  const failed = codes.filter((code) => code !== 0).length;
  return { passed: codes.length - failed, failed, skipped: 0 };
}

/** Shows the output and keeps it, so that it is searched for secrets, too. */
async function runCommand(
  suite: Suite,
  command: readonly string[],
  resultFile: string,
): Promise<number | null> {
  const [program = '', ...args] = command;
  const output = createWriteStream(join(runFolder, `${suite.name}.log`), { flags: 'a' });
  const child = spawn(program, args, {
    cwd: checkout,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      SUITE_RESULT: resultFile,
      RUN_FOLDER: runFolder,
      MOTO_SERVER: tools.program('moto', 'moto_server'),
      FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
    },
  });
  for (const [source, target] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    source.pipe(target, { end: false });
    source.pipe(output, { end: false });
  }
  const stop = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  const limit = setTimeout(() => {
    console.error(`${suite.name} took more than ${suite.limitMinutes} minutes and was stopped.`);
    stop();
  }, suite.limitMinutes * 60_000);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(limit);
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
  await new Promise<void>((resolve) => output.end(resolve));
  return code;
}
