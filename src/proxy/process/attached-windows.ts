import type { Used, WindowState } from './window-states.ts';

/** The windows that use a proxy, the one that was attached last being last, and those that only have it hold the port. */
export class AttachedWindows {
  readonly #using = new Set<WindowState>();
  readonly #holding = new Set<WindowState>();

  add(window: WindowState): void {
    this.#using.add(window);
  }

  /** Its connection has ended, and the process is a new one. */
  hold(window: WindowState): void {
    this.#using.delete(window);
    this.#holding.add(window);
  }

  delete(window: WindowState): boolean {
    return this.#using.delete(window) || this.#holding.delete(window);
  }

  get size(): number {
    return this.#using.size;
  }

  /** Only to hold the port: one that has had a tracking server ends with the windows that use it. */
  isHeld({ upstream }: Used): boolean {
    return this.#using.size === 0 && this.#holding.size > 0 && upstream === undefined;
  }

  isAlone(used: Used): boolean {
    return this.#using.size === 0 && !this.isHeld(used);
  }

  [Symbol.iterator](): Iterator<WindowState> {
    return this.#using.values();
  }
}
