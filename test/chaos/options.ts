import { parseArgs } from 'node:util';

export interface ChaosOptions {
  /** How often each fault is made. */
  readonly runs: number;
  /** Fits the names of the faults to make. */
  readonly grep: RegExp;
  /** Where the results are written. */
  readonly json: string | undefined;
}

/** `--runs N`, `--grep WORDS`, `--json FILE`. */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '3' },
      grep: { type: 'string', default: '' },
      json: { type: 'string' },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1 || runs > 100) throw new Error('--runs is a number from 1 to 100');
  return { runs, grep: new RegExp(values.grep), json: values.json };
}
