import type { Attention } from './health.ts';

/** As the editor reports it. `active`: keys and clicks came to the window lately. */
export interface WindowState {
  readonly focused: boolean;
  readonly active: boolean;
}

/** A window can have the focus all night, and a progress that is shown keeps it active. */
const presentForMs = 10 * 60_000;

/**
 * Somebody is there while the window has the focus and was used within the last minutes. VS Code looks for the focus only
 * where a document gains or loses it, which it may do unseen when a web view that has it is closed: it then goes on saying
 * that there is none. Keys and clicks that come afterwards are those of somebody who is there all the same.
 */
export class Presence implements Attention {
  readonly #now: () => number;
  readonly #looked: () => void;
  readonly #listeners = new Set<() => void>();
  #state: WindowState;
  /** Wall-clock milliseconds. Of a window without the focus: since it lost it. */
  #usedAt: number;

  /** `looked`: somebody looks at the window, perhaps again. */
  constructor(state: WindowState, now: () => number, looked: () => void) {
    this.#state = state;
    this.#now = now;
    this.#looked = looked;
    this.#usedAt = state.focused ? now() : -Infinity;
  }

  isThere(): boolean {
    const { focused, active } = this.#state;
    const isRecent = this.#now() - this.#usedAt < presentForMs;
    return focused ? active || isRecent : active && isRecent;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(state: WindowState): void {
    const before = this.#state;
    this.#state = state;
    // What is active already may be so from before, or by a progress that is shown.
    if (state.focused || (state.active && !before.active)) this.#usedAt = this.#now();
    else if (before.focused) this.#usedAt = -Infinity;
    this.#tell();
  }

  /** A key or a click in an editor: the window is in use, whatever is known of its focus. */
  used(): void {
    if (this.#state.focused) return;
    const wasThere = this.isThere();
    this.#usedAt = this.#now();
    if (!wasThere) this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
    if (this.isThere()) this.#looked();
  }
}
