import { parseArgs } from 'node:util';
import type { Part } from '../setup/parts.mjs';
import type { RunnableSuite } from './run-suite.ts';
import { mocha } from './suites.ts';
import type { FileSuite, Suite } from './suites.ts';

export const usage = `Usage: npm test -- [SUITE or PATH below test/]... [--grep WORDS]

  npm test                               all suites
  npm test -- unit contract              these suites
  npm test -- contract/proxy             a folder of tests
  npm test -- unit/secrets/parse-secret  a file, with or without ".test.ts"; the beginning of its name is enough
  npm test -- --grep "line break"        the tests whose title fits this regular expression
  npm test -- contract --grep token      both`;

/** What a person typed cannot be run; the message says so. */
export class UsageError extends Error {}

export interface TestRequest {
  /** Suites and paths. */
  readonly names: readonly string[];
  readonly grep: string | undefined;
}

export function readArguments(args: readonly string[]): TestRequest {
  const { names, grep } = parse(args);
  if (grep !== undefined && !isRegularExpression(grep))
    throw new UsageError(`--grep takes a regular expression, which "${grep}" is not.`);
  return { names, grep };
}

function parse(args: readonly string[]): TestRequest {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { grep: { type: 'string' } },
      allowPositionals: true,
    });
    return { names: positionals, grep: values.grep };
  } catch (error) {
    // parseArgs tells what is wrong in its message.
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

function isRegularExpression(text: string): boolean {
  try {
    return RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

export interface Choice<S extends Suite = Suite> {
  readonly suite: S;
  /** Some of the suite's files, as paths below test/; undefined: all. */
  readonly files?: readonly string[];
}

/** The suites to run, each whole or by its files, in the order of `suites`. Throws a `UsageError` for a name that fits nothing. */
export function chooseTests(
  { names, grep }: TestRequest,
  suites: readonly Suite[],
  files: readonly string[],
): readonly Choice[] {
  const found = names.length > 0 ? names.map((name) => find(name, suites, files)) : whole(suites, grep);
  const undivided = found.find(({ suite }) => grep !== undefined && suite.kind !== 'files');
  if (undivided !== undefined)
    throw new UsageError(
      `The ${undivided.suite.name} suite runs as a whole, so --grep cannot be used with it.`,
    );
  return suites.flatMap((suite) => joined(found.filter((choice) => choice.suite === suite)));
}

/** What is meant when no name is given: with words to look for, only suites that have titles. */
function whole(suites: readonly Suite[], grep: string | undefined): readonly Choice[] {
  return suites.filter(({ kind }) => grep === undefined || kind === 'files').map((suite) => ({ suite }));
}

/** Several choices of one suite as one. */
function joined([first, ...others]: readonly Choice[]): readonly Choice[] {
  if (first === undefined) return [];
  const chosen = [first, ...others].map(({ files }) => files);
  if (chosen.includes(undefined)) return [{ suite: first.suite }];
  return [{ suite: first.suite, files: [...new Set(chosen.flatMap((files) => files ?? []))].sort() }];
}

function find(typed: string, suites: readonly Suite[], files: readonly string[]): Choice {
  const path = typed
    .replaceAll('\\', '/')
    .replace(/^(\.\/)?(test\/)?/, '')
    .replace(/\/$/, '');
  const suite = suites.find(({ name }) => path === name || path.startsWith(`${name}/`));
  if (suite === undefined) throw nothingCalled(path, suites, files);
  if (path === suite.name) return { suite };
  if (suite.kind !== 'files')
    throw new UsageError(`The ${suite.name} suite runs as a whole: npm test -- ${suite.name}`);
  const name = path.replace(/(\.test)?(\.ts)?$/, '');
  for (const fits of [
    (file: string): boolean => file === `${name}.test.ts`,
    (file: string): boolean => file.startsWith(`${name}/`),
    (file: string): boolean => file.startsWith(name),
  ]) {
    const chosen = files.filter(fits);
    if (chosen.length > 0) return { suite, files: chosen };
  }
  throw nothingCalled(path, suites, files);
}

function nothingCalled(path: string, suites: readonly Suite[], files: readonly string[]): UsageError {
  const last =
    path
      .split('/')
      .at(-1)
      ?.replace(/(\.test)?(\.ts)?$/, '') ?? '';
  const similar = files.filter((file) => last !== '' && file.includes(last)).slice(0, 5);
  const guess = similar.map((file) => file.replace('.test.ts', '')).join(', ');
  return new UsageError(
    `Nothing below test/ is called "${path}".${guess === '' ? '' : ` Did you mean ${guess}?`}\n` +
      `The suites are ${suites.map(({ name }) => name).join(', ')}.\n\n${usage}`,
  );
}

/** What `runSuite` runs for a choice. */
export function suiteOf({ suite, files }: Choice, grep: string | undefined): RunnableSuite {
  if (suite.kind === 'programs') return suite;
  const { name, limitMinutes } = suite;
  return {
    name,
    limitMinutes,
    needs: needsOf(suite, files),
    commands: [mochaCommand({ suite, ...(files && { files }) }, grep)],
    counts: true,
  };
}

function needsOf({ needs }: FileSuite, files: readonly string[] | undefined): readonly Part[] {
  const fitting = needs.filter(({ below }) => files?.some((file) => file.startsWith(below)) ?? true);
  return [...new Set(fitting.flatMap(({ parts }) => parts))];
}

export function mochaCommand(
  { suite, files }: Choice<FileSuite>,
  grep: string | undefined,
): readonly string[] {
  return [
    mocha,
    ...['--reporter', 'test/support/suites/reporter.mjs'],
    ...['--timeout', String(suite.timeoutMs), '--forbid-only'],
    ...(grep === undefined ? [] : ['--grep', grep]),
    ...(files?.map((file) => `test/${file}`) ?? [`test/${suite.name}/**/*.test.ts`]),
  ];
}
