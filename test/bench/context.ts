import type { BenchOptions } from './options.ts';
import type { RatioName } from './report.ts';
import type { Servers } from './servers.ts';

/** What every case of one run shares. */
export interface Context {
  readonly options: BenchOptions;
  readonly servers: Servers;
  /** The worker's bundle. */
  readonly bundle: string;
  /** For files of this run. */
  readonly folder: string;
  /** Each case adds its own. */
  readonly ratios: Partial<Record<RatioName, number>>;
}

export const mebibyte = 2 ** 20;

export function title(text: string): void {
  console.log(`\n${text}`);
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
