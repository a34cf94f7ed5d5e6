/** Somebody who waits for an outcome, for a limited time. */
export interface Waiter<T> {
  readonly settle: (outcome: T) => void;
  readonly timer: NodeJS.Timeout;
}

/** Waits for `settleAll`; calls `settle` once, with what `timedOut` gives when the time is over. Returns a function that cancels. */
export function wait<T>(
  waiters: Set<Waiter<T>>,
  timeoutMs: number,
  settle: (outcome: T) => void,
  timedOut: () => T,
): () => void {
  const leave = (): void => {
    clearTimeout(waiter.timer);
    waiters.delete(waiter);
  };
  const timer = setTimeout(() => {
    leave();
    settle(timedOut());
  }, timeoutMs);
  const waiter = { settle, timer };
  waiters.add(waiter);
  return leave;
}

/** Gives all who wait the outcome; they may begin to wait again meanwhile. */
export function settleAll<T>(waiters: Set<Waiter<T>>, outcome: T): void {
  const all = [...waiters];
  waiters.clear();
  for (const { timer } of all) clearTimeout(timer);
  for (const { settle } of all) settle(outcome);
}
