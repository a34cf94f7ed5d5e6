const waitTimeoutMs = 30_000;

/** Waits for a condition that nobody tells of. `what`: how things stand, for people. */
export async function until(condition: () => Promise<boolean> | boolean, what: () => string): Promise<void> {
  const deadline = performance.now() + waitTimeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${what()}`);
    await new Promise(setImmediate);
  }
}
