import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What a lane needs to know of a suite. */
export interface Laned {
  readonly suite: { readonly isPaired?: true };
}

/** Where a suite runs. */
export interface Place {
  /** With a folder `tmp` in it, and of this lane alone: what a suite leaves running there is ended with it. */
  readonly folder: string;
  /** Whether a suite of another lane may run at the same time. */
  readonly isBeside: boolean;
}

/** Folders of the lanes. Short names: editors and browsers put sockets below them, whose paths may have about 100 characters. */
const lanes = ['a', 'b'] as const;

/** Runs suites in their order: first, one by one, those that run alone, then the others in two lanes, whichever is free. */
export async function runLanes<T extends Laned>(
  all: readonly T[],
  runFolder: string,
  run: (one: T, place: Place) => Promise<void>,
): Promise<void> {
  const inTurn = async (queue: T[], lane: string, isBeside: boolean): Promise<void> => {
    const folder = join(runFolder, lane);
    await mkdir(join(folder, 'tmp'), { recursive: true });
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      await run(one, { folder, isBeside });
    }
  };
  const alone = all.filter(({ suite }) => suite.isPaired === undefined);
  const paired = all.filter(({ suite }) => suite.isPaired);
  const isBeside = paired.length > 1;
  await inTurn(alone, '', false);
  await Promise.all(lanes.slice(0, paired.length).map(async (lane) => inTurn(paired, lane, isBeside)));
}
