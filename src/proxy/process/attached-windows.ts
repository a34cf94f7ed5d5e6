import type { FromProcess } from '../control/control-messages.ts';
import type { InUse } from './in-use.ts';
import { leaderOf } from './window-states.ts';
import type { ConnectedTo, WindowState } from './window-states.ts';

/** The windows that use a proxy, in the order in which they count, and those that only have it hold the port. */
export class AttachedWindows {
  readonly #using = new Set<WindowState>();
  readonly #holding = new Set<WindowState>();

  add(window: WindowState): void {
    this.#using.add(window);
  }

  /** Counts as the one that was attached last. */
  moveToEnd(window: WindowState): void {
    if (this.#using.delete(window)) this.#using.add(window);
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
  isHeld({ upstream }: ConnectedTo): boolean {
    return this.#using.size === 0 && this.#holding.size > 0 && upstream === undefined;
  }

  isAlone(used: ConnectedTo): boolean {
    return this.#using.size === 0 && !this.isHeld(used);
  }

  /**
   * While what is in use is good, none that is connected otherwise, unless it is the one that speaks. What stands in for
   * the windows counts before any, until one has a credential or contradicts.
   */
  leader(inUse: InUse, standIn: WindowState | undefined, speaker?: WindowState): WindowState | undefined {
    const { isGood } = inUse;
    const leader = leaderOf(
      [...this.#using].filter((window) => !isGood || window === speaker || !window.contradicts(inUse)),
    );
    const contradicts = leader === speaker && leader?.contradicts(inUse) === true;
    return contradicts || this.canBring(inUse) ? leader : (standIn ?? leader);
  }

  /** One has a credential of that connection. */
  canBring(connection: ConnectedTo): boolean {
    return [...this.#using].some(
      (window) => window.credential.kind === 'ready' && window.isConnectedAs(connection),
    );
  }

  /** To those that have the credential of which that was found. */
  found(outcome: Extract<FromProcess, { type: 'credentialOutcome' }>): void {
    for (const window of this.#using) {
      const version = window.versionOf(outcome.version);
      if (version !== undefined) window.send({ ...outcome, version });
    }
  }

  send(message: FromProcess): void {
    for (const window of this.#using) window.send(message);
  }

  [Symbol.iterator](): Iterator<WindowState> {
    return this.#using.values();
  }
}
