import type { TextStorage } from '../providers/source.ts';
import { Secret } from '../secret.ts';

type Times = Parameters<TextStorage['save']>[1];

/** A text, with the times that it was saved with since it was handed over, if it was. Plain data, and a secret. */
export interface TimedText {
  readonly text: string;
  readonly times?: Times;
}

/** One text in memory, in front of a place that outlives this process where there is one. */
export class MemoryText implements TextStorage {
  readonly #behind: TextStorage | undefined;
  #held: { readonly text: Secret; readonly times: Times | undefined } | undefined;
  #hadSome = false;
  #changed: () => void = () => undefined;

  constructor(behind?: TextStorage, first?: TimedText) {
    this.#behind = behind;
    if (first !== undefined) this.#hold(first.text, first.times);
  }

  /** Calls back whenever there is another text, or none any more. */
  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  /** What was loaded or saved last. */
  get current(): TimedText | undefined {
    const held = this.#held;
    return held && { text: held.text.reveal(), ...(held.times && { times: held.times }) };
  }

  /** The same; `null`: there was one. */
  get last(): TimedText | null | undefined {
    return this.current ?? (this.#hadSome ? null : undefined);
  }

  async load(): Promise<string | undefined> {
    if (this.#held === undefined) {
      const text = await this.#behind?.load();
      if (text !== undefined) this.#hold(text, undefined);
    }
    return this.#held?.text.reveal();
  }

  async save(text: string, times: Times): Promise<void> {
    this.#hold(text, times);
    this.#changed();
    await this.#behind?.save(text, times);
  }

  async delete(): Promise<void> {
    this.clear();
    this.#changed();
    await this.#behind?.delete();
  }

  /** From this memory alone. */
  clear(): void {
    this.#held = undefined;
  }

  #hold(text: string, times: Times | undefined): void {
    this.#held = { text: new Secret(text), times };
    this.#hadSome = true;
  }
}
