/** What has to be stopped at the end, the last first. */
export class Stops {
  readonly #all: (() => Promise<void>)[] = [];

  add<T extends { stop(): Promise<void> }>(started: T): T {
    this.#all.push(async () => started.stop());
    return started;
  }

  async stop(): Promise<void> {
    for (const stop of this.#all.splice(0).reverse()) await stop();
  }
}
