import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a suite runs. */
export interface Place {
  /** With a folder `tmp` in it, and of this lane alone: what a suite leaves running there is ended with it. */
  readonly folder: string;
  /** Whether a suite of another lane may run at the same time. */
  readonly isBeside: boolean;
}

/** Folders of the lanes. Short names: editors and browsers put sockets below them, whose paths may have about 100 characters. */
const lanes = ['a', 'b'] as const;

/** Runs suites in their order in two lanes, whichever is free: they wait more than they work, or keep one core busy. */
export async function runLanes<T>(
  all: readonly T[],
  runFolder: string,
  run: (one: T, place: Place) => Promise<void>,
): Promise<void> {
  const queue = [...all];
  const isBeside = queue.length > 1;
  const inTurn = async (lane: string): Promise<void> => {
    const folder = join(runFolder, lane);
    await mkdir(join(folder, 'tmp'), { recursive: true });
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      await run(one, { folder, isBeside });
    }
  };
  await Promise.all(lanes.slice(0, queue.length).map(inTurn));
}
