import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalGroup, stopLeftOver } from '../servers/left-over.ts';
import { checkout, ensure } from '../setup/parts.mjs';
import type { Part } from '../setup/parts.mjs';
import { nothingRan, readResult } from './result.ts';
import type { SuiteResult } from './result.ts';

export interface RunnableSuite {
  readonly name: string;
  readonly needs: readonly Part[];
  readonly commands: readonly (readonly string[])[];
  /** Whether it counts its tests itself, in the file that `SUITE_RESULT` names; otherwise each command is one check. */
  readonly counts: boolean;
  readonly limitMinutes: number;
}

export interface RunOptions {
  readonly limitOf?: (minutes: number) => AbortSignal;
  /** Whether another suite shows its lines at the same time, so that each has to say whose it is. */
  readonly isBeside?: boolean;
}

/** Installs what a suite needs and runs its commands; nothing that it started is left running. */
export async function runSuite(
  suite: RunnableSuite,
  runFolder: string,
  interrupted: AbortSignal,
  {
    limitOf = (minutes: number): AbortSignal => AbortSignal.timeout(minutes * 60_000),
    isBeside = false,
  }: RunOptions = {},
): Promise<SuiteResult> {
  try {
    await ensure(suite.needs);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return nothingRan;
  }
  const resultFile = join(runFolder, `${suite.name}.json`);
  const codes: (number | null)[] = [];
  for (const command of suite.commands) {
    if (interrupted.aborted) codes.push(null);
    else
      codes.push(await runCommand(suite, command, { runFolder, resultFile, interrupted, limitOf, isBeside }));
  }
  if (suite.counts) {
    const text = await readFile(resultFile, 'utf8').catch(() => undefined);
    return readResult(text, codes.some((code) => code !== 0) ? 1 : 0);
  }
  const failed = codes.filter((code) => code !== 0).length;
  return { passed: codes.length - failed, failed, skipped: 0 };
}

interface Surroundings extends Required<RunOptions> {
  readonly runFolder: string;
  readonly resultFile: string;
  readonly interrupted: AbortSignal;
}

/** Shows the output and keeps it, so that it is searched for secrets, too. */
async function runCommand(
  suite: RunnableSuite,
  [program = '', ...args]: readonly string[],
  { runFolder, resultFile, interrupted, limitOf, isBeside }: Surroundings,
): Promise<number | null> {
  const output = createWriteStream(join(runFolder, `${suite.name}.log`), { flags: 'a' });
  const child = spawn(program, args, {
    cwd: checkout,
    // Of its own group, so that it can be stopped with all that it started.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      SUITE_RESULT: resultFile,
      RUN_FOLDER: runFolder,
      ...(process.stdout.isTTY && { FORCE_COLOR: '1' }),
      // What is put into the system's temporary folder is searched for secrets, too.
      TMPDIR: join(runFolder, 'tmp'),
    },
  });
  for (const [source, target] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    source.pipe(output, { end: false });
    if (isBeside)
      createInterface({ input: source }).on('line', (line) => target.write(`${suite.name} │ ${line}\n`));
    else source.pipe(target, { end: false });
  }
  const exit = new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      console.error(`${program} could not be started: ${error.message}`);
      resolve(null);
    });
    child.on('exit', resolve);
  });
  const limit = limitOf(suite.limitMinutes);
  const stop = AbortSignal.any([limit, interrupted]);
  const group = child.pid;
  const onStop = (): void => {
    if (limit.aborted)
      console.error(`${suite.name} took more than ${suite.limitMinutes} minutes and is stopped.`);
    if (group !== undefined) void stopGroup(group, exit);
  };
  stop.addEventListener('abort', onStop, { once: true });
  const code = await exit;
  stop.removeEventListener('abort', onStop);
  if (group !== undefined) signalGroup(group, 'SIGKILL');
  const left = stopLeftOver(runFolder);
  if (left.length > 0)
    console.error(`${suite.name} left servers running, which were stopped: ${left.length}.`);
  await new Promise<void>((resolve) => output.end(resolve));
  return stop.aborted ? null : code;
}

/** Lets a suite stop its servers, then ends it. */
async function stopGroup(group: number, exit: Promise<unknown>): Promise<void> {
  signalGroup(group, 'SIGTERM');
  const gone = await Promise.race([exit.then(() => true), sleep(5000, false, { ref: false })]);
  if (!gone) signalGroup(group, 'SIGKILL');
}
