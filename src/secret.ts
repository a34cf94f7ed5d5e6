import { inspect } from 'node:util';

const redacted = '[secret]';

/**
 * A value that must not be seen. Its string, JSON and inspect forms are redacted; only `reveal` gives the
 * value, so that every use can be found by searching for that word.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  /** Also true for a secret of another bundle's copy of this class, whose private field cannot be read from here. */
  equals(other: Secret): boolean {
    return this.#value === other.reveal();
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [inspect.custom](): string {
    return redacted;
  }
}
