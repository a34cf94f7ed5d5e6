import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SuiteUse } from './suites.ts';

/** What a lane needs to know of a suite. */
export interface Laned {
  readonly suite: { readonly uses?: SuiteUse };
}

/** Where a suite runs. */
export interface Place {
  /** With a folder `tmp` in it, and of this lane alone: what a suite leaves running there is ended with it. */
  readonly folder: string;
  /** Whether a suite of another lane may run at the same time. */
  readonly isBeside: boolean;
}

/** Short names: editors and browsers put sockets below them, whose paths may have about 100 characters. */
const folders: Readonly<Record<SuiteUse, string>> = { servers: 's', windows: 'w' };

/** Runs suites in their order: first, one by one, those that use neither servers nor windows, then each kind in a lane of its own. */
export async function runLanes<T extends Laned>(
  all: readonly T[],
  runFolder: string,
  run: (one: T, place: Place) => Promise<void>,
): Promise<void> {
  const of = (use: SuiteUse | undefined): readonly T[] => all.filter(({ suite }) => suite.uses === use);
  const inTurn = async (some: readonly T[], name: string, isBeside: boolean): Promise<void> => {
    const folder = join(runFolder, name);
    await mkdir(join(folder, 'tmp'), { recursive: true });
    for (const one of some) await run(one, { folder, isBeside });
  };
  await inTurn(of(undefined), '', false);
  const lanes = (['servers', 'windows'] as const)
    .map((use) => ({ name: folders[use], some: of(use) }))
    .filter(({ some }) => some.length > 0);
  await Promise.all(lanes.map(async ({ name, some }) => inTurn(some, name, lanes.length > 1)));
}
