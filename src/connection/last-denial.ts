import type { DenialReason } from '../proxy/messages.ts';
import { denialText } from './denial-text.ts';

/** Which denied request is worth showing. */
export class LastDenial {
  #shown: { readonly reason: DenialReason; readonly line: string } | undefined;

  /** For people. */
  get line(): string | undefined {
    return this.#shown?.line;
  }

  /** Returns the line for this denial, shown or not. */
  add(reason: DenialReason, count: number, detail: string): string {
    const line = denialText(reason, count, detail);
    // Others are mostly strays; this one knew that there is a token.
    const isHidden = reason !== 'wrong-token' && this.#shown?.reason === 'wrong-token';
    if (!isHidden) this.#shown = { reason, line };
    return line;
  }
}
