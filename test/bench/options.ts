import { parseArgs } from 'node:util';

/** How much to measure. Durations are seconds per measurement, sizes bytes. */
export interface BenchOptions {
  readonly quick: boolean;
  readonly json: string | undefined;
  readonly rounds: number;
  readonly wrkSeconds: number;
  readonly transferBytes: number;
  readonly logMetricCalls: number;
  readonly blockedSeconds: number;
  /** Names of the cases to run; `undefined` for all. */
  readonly only: ReadonlySet<string> | undefined;
}

export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      rounds: { type: 'string' },
      only: { type: 'string' },
    },
  });
  const { quick } = values;
  const rounds = Number(values.rounds ?? (quick ? 1 : 5));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 50)
    throw new Error('--rounds is a number from 1 to 50');
  return {
    quick,
    json: values.json,
    rounds,
    wrkSeconds: quick ? 1 : 2,
    transferBytes: (quick ? 128 : 1024) * 2 ** 20,
    logMetricCalls: quick ? 200 : 1000,
    blockedSeconds: quick ? 2 : 5,
    only: values.only === undefined ? undefined : new Set(values.only.split(',')),
  };
}
