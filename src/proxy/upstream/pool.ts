import type { CachedResponseHead, HeadCache } from './read-response-head.ts';
import type { UpstreamAddress } from './address.ts';
import { UpstreamConnection } from './connection.ts';
import { dial } from './dial.ts';
import { upstreamProblem } from './problem.ts';
import type { UpstreamProblem } from './problem.ts';

/**
 * Milliseconds. Gunicorn closes an idle connection after 2 s, uvicorn after 5 s, and a request, which is never sent
 * twice, must not meet that moment.
 */
const maxIdleMs = 1500;

/** Connections to one tracking server that are kept between requests. */
export class UpstreamPool implements HeadCache {
  readonly address: UpstreamAddress;
  cached: CachedResponseHead | undefined;
  readonly #onTrouble: (sentence: string | undefined) => void;
  /** The newest is last, and is taken first. */
  readonly #idle: UpstreamConnection[] = [];
  #sweeper: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** `onTrouble`: whether the server can be reached, after each attempt. */
  constructor(address: UpstreamAddress, onTrouble: (sentence: string | undefined) => void) {
    this.address = address;
    this.#onTrouble = onTrouble;
  }

  /** A kept connection that is fresh enough; `now` in milliseconds of the wall clock. */
  take(now: number): UpstreamConnection | undefined {
    const newest = this.#idle.at(-1);
    if (newest === undefined) return undefined;
    const age = now - newest.idleSince;
    // A clock that was set back says nothing.
    if (age < 0 || age > maxIdleMs) return undefined;
    this.#idle.pop();
    return newest;
  }

  /** `done` is called once, later. The returned function gives up. */
  connect(done: (result: UpstreamConnection | UpstreamProblem) => void): () => void {
    return dial(this.address, (result) => {
      if (result instanceof Error) {
        const problem = upstreamProblem(this.address.authority, result);
        this.#onTrouble(problem.sentence);
        done(problem);
      } else {
        this.#onTrouble(undefined);
        done(new UpstreamConnection(result, (connection) => this.#forget(connection)));
      }
    });
  }

  /** Takes back a connection whose response has ended. */
  release(connection: UpstreamConnection): void {
    connection.lend(undefined);
    if (connection.isClosed) return;
    if (this.#isClosed) {
      connection.destroy();
      return;
    }
    connection.isReused = true;
    connection.idleSince = Date.now();
    this.#idle.push(connection);
    this.#sweeper ??= setInterval(() => this.#sweep(), 1000);
  }

  /** Closes what is idle; connections in use are closed when they are given back. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#sweeper);
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  #sweep(): void {
    const now = Date.now();
    const isOld = ({ idleSince }: UpstreamConnection): boolean =>
      now - idleSince > maxIdleMs || now < idleSince;
    // The oldest is first.
    while (this.#idle[0] !== undefined && isOld(this.#idle[0])) this.#idle.shift()?.destroy();
    if (this.#idle.length > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  #forget(connection: UpstreamConnection): void {
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
  }
}
