import { setTimeout as systemSleep } from 'node:timers/promises';

export interface Deadline {
  readonly ms: number;
  /** What the work is given up with. */
  readonly late: () => Error;
  /** For tests, and for clocks that know of a machine's sleep. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const sleepWithoutHold = async (ms: number, signal: AbortSignal): Promise<void> =>
  systemSleep(ms, undefined, { signal, ref: false });

/**
 * Settles with the work, or rejects once its time is over. For everything that somebody else may never answer: a
 * keychain, a file on a dead network drive, an SDK. What the work does later is ignored.
 */
export async function withinDeadline<T>(
  work: Promise<T>,
  { ms, late, sleep = sleepWithoutHold }: Deadline,
): Promise<T> {
  const settled = new AbortController();
  const expired = sleep(ms, settled.signal).then(() => {
    throw late();
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    settled.abort(new Error('settled'));
    expired.catch(() => undefined);
    work.catch(() => undefined);
  }
}

/** Settles as the work does, or resolves to `undefined` once that time is over. */
export async function atMost<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  const late = new Error('late');
  try {
    return await withinDeadline(work, { ms, late: () => late });
  } catch (error) {
    if (error !== late) throw error;
    return undefined;
  }
}
