/** Less than a test's own minute, so that the message says what did not come. */
const waitTimeoutMs = 50_000;

/** Lets tests wait for a condition that is looked at again whenever something happened. */
export class Changes {
  readonly #listeners = new Set<() => void>();

  /** Something happened. */
  notify(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Resolves to what `read` gives as soon as that is not undefined; `what` says what was waited for. */
  async until<T>(read: () => T | undefined, what: string | (() => string)): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = (): void => {
      const value = read();
      if (value !== undefined) resolve(value);
    };
    const timer = setTimeout(
      () => reject(new Error(`Waited in vain for ${typeof what === 'string' ? what : what()}`)),
      waitTimeoutMs,
    );
    timer.unref();
    this.#listeners.add(look);
    try {
      look();
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(look);
    }
  }
}
