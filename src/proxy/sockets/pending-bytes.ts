/** What has come on a connection and has not been taken yet. */
export class PendingBytes {
  #bytes: Buffer | undefined;
  #at = 0;

  /** The memory that it is in, from `at` on; undefined when there is nothing. */
  get bytes(): Buffer | undefined {
    return this.#bytes;
  }

  get at(): number {
    return this.#at;
  }

  get length(): number {
    return this.#bytes === undefined ? 0 : this.#bytes.length - this.#at;
  }

  /** `lent`: valid only until `own` is called with it. */
  add(lent: Buffer): void {
    const bytes = this.#bytes;
    this.#bytes = bytes === undefined ? lent : Buffer.concat([bytes.subarray(this.#at), lent]);
    this.#at = 0;
  }

  /** All before `end` in `bytes` is taken. */
  advance(end: number): void {
    if (end === this.#bytes?.length) this.#bytes = undefined;
    else this.#at = end;
  }

  /** Copies what is left of `lent`. */
  own(lent: Buffer): void {
    if (this.#bytes !== lent) return;
    this.#bytes = Buffer.from(lent.subarray(this.#at));
    this.#at = 0;
  }

  clear(): void {
    this.#bytes = undefined;
  }
}
