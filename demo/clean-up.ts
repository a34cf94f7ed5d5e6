/** What has to be stopped, in the opposite order of its start. */
export class CleanUp {
  readonly #stops: (() => Promise<unknown>)[] = [];

  add(stop: () => Promise<unknown>): void {
    this.#stops.push(stop);
  }

  /** Stops everything, also after a failure of one; may be called again. */
  async run(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) {
      await stop().catch((error: unknown) => console.error(error));
    }
  }
}
