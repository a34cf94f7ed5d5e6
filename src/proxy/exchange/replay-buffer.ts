/** MLflow sends at most 1 MB in one batch. */
const maxBytes = 1.25 * 2 ** 20;

/** The body of a request as far as it was sent, for sending it once more; a large one is dropped. */
export class ReplayBuffer {
  #parts: Buffer[] | undefined;
  #bytes = 0;

  /** All that was sent so far is here. */
  get isWhole(): boolean {
    return this.#bytes <= maxBytes;
  }

  get parts(): readonly Buffer[] {
    return this.#parts ?? none;
  }

  /** Returns the copy of the part that is held for a replay, if any. */
  add(part: Buffer): Buffer | undefined {
    this.#bytes += part.length;
    if (this.#bytes > maxBytes) {
      this.#parts = undefined;
      return undefined;
    }
    const copy = Buffer.from(part);
    (this.#parts ??= []).push(copy);
    return copy;
  }
}

const none: readonly Buffer[] = [];
