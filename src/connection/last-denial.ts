import type { DenialReason } from '../proxy/messages.ts';
import { denialText } from './denial-text.ts';

/** So that a program that is started again and again does not fill the memory. */
const maxKnown = 1000;

/** Which denied request is worth showing, and which is news. */
export class LastDenial {
  readonly #known = new Set<string>();
  #shown: { readonly reason: DenialReason; readonly line: string } | undefined;

  /** For people. */
  get line(): string | undefined {
    return this.#shown?.line;
  }

  /** Returns the line for this denial, shown or not; `undefined` when the same program was denied for the same reason before. */
  add(reason: DenialReason, count: number, detail: string): string | undefined {
    const line = denialText(reason, count, detail);
    // Others are mostly strays; this one knew that there is a token.
    const isHidden = reason !== 'wrong-token' && this.#shown?.reason === 'wrong-token';
    if (!isHidden) this.#shown = { reason, line };
    const name = denialText(reason, 1, detail);
    if (this.#known.has(name)) return undefined;
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.add(name);
    return line;
  }
}
