import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { connectionRow, connectionRowsTo, listenerRow, readSocketTable } from '../../network/socket-owner.ts';
import type { SocketRow, SocketTable } from '../../network/socket-owner.ts';

/**
 * `own`: the user that this process runs as, or root. `gone`: the client has closed or reset its end, so that nobody owns
 * it, or came from another address than 127.0.0.1, as no client of ours does. `unknown`: the system does not say; then
 * the session token decides alone.
 */
export type PeerOwner = 'own' | 'other' | 'gone' | 'unknown';

export interface Peer {
  readonly remotePort?: number | undefined;
  readonly localPort?: number | undefined;
}

/** Who has no token asks for a proof. */
export interface AskingPeer extends Peer {
  readonly hasToken: boolean;
}

interface Waiting {
  readonly peer: AskingPeer;
  readonly done: (owner: PeerOwner) => void;
}

/** Between two looks for clients without a token: at most a tenth of one processor. */
const strangersIntervalMs = 50;

/** Where many come at once, more are about to come: after a look for them, this many times as long passes to the next. */
const burstRest = 3;
const maxBurstRestMs = 30;

export interface PeerOwnersOptions {
  readonly platform: NodeJS.Platform;
  readonly uid: number | undefined;
  /** The rows of a table that name a port. */
  readonly readTable: (table: SocketTable, port: number) => Promise<string>;
}

/**
 * Which user is at the other end of local connections, by the tables of Linux. Reading them costs milliseconds whatever
 * they hold, so it is done once for a connection, and once for all that wait.
 */
export class PeerOwners {
  readonly #options: PeerOwnersOptions;
  #waiting: Waiting[] = [];
  #isReading = false;
  #pause: NodeJS.Timeout | undefined;

  constructor(options: Partial<PeerOwnersOptions> = {}) {
    const { platform = process.platform, uid = process.geteuid?.(), readTable = readSocketTable } = options;
    this.#options = { platform, uid, readTable };
  }

  /** Calls `done` once. */
  ask(peer: AskingPeer, done: (owner: PeerOwner) => void): void {
    if (this.#options.platform !== 'linux') {
      done('unknown');
      return;
    }
    this.#waiting.push({ peer, done });
    if (this.#isReading || (!peer.hasToken && this.#pause !== undefined)) return;
    void this.#read();
  }

  /** A table that was read before a connection came does not have it: who comes meanwhile gets the next one. */
  async #read(): Promise<void> {
    this.#isReading = true;
    do {
      // Whoever else is heard of in this turn is looked for, too.
      await setImmediate();
      this.#rest();
      const asking = this.#waiting;
      this.#waiting = [];
      const from = performance.now();
      for (const port of new Set(asking.map(({ peer }) => peer.localPort ?? 0))) {
        await this.#readFor(
          port,
          asking.filter(({ peer }) => (peer.localPort ?? 0) === port),
        );
      }
      const restMs = Math.min(burstRest * (performance.now() - from), maxBurstRestMs);
      if (asking.length > 1) await sleep(restMs, undefined, { ref: false });
    } while (this.#waiting.some(({ peer }) => peer.hasToken || this.#pause === undefined));
    this.#isReading = false;
  }

  /** Who has no token can make us look only so often. */
  #rest(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      if (this.#waiting.length > 0 && !this.#isReading) void this.#read();
    }, strangersIntervalMs);
    this.#pause.unref();
  }

  /** All clients of a port of ours, which are found in one pass. */
  async #readFor(port: number, asking: readonly Waiting[]): Promise<void> {
    const table = await this.#options.readTable('tcp', port);
    const rows = connectionRowsTo(table, port);
    // A client that connects with an IPv6 socket, as Java does, is in the other table.
    const isWhole = asking.every(({ peer }) => rows.has(peer.remotePort ?? 0));
    const rows6 = connectionRowsTo(isWhole ? '' : await this.#options.readTable('tcp6', port), port);
    // A table that has the proxy itself has all that there is.
    const isKnown = listenerRow(table, port) !== undefined;
    for (const { peer, done } of asking) {
      const { remotePort = 0 } = peer;
      const row = rows.get(remotePort) ?? rows6.get(remotePort);
      if (row !== undefined) done(this.#ownerOf(row));
      // Our end without the other: no program that this user can see is there.
      else if (connectionRow(table, port, remotePort) !== undefined) done('other');
      else done(isKnown ? 'gone' : 'unknown');
    }
  }

  #ownerOf({ inode, uid }: SocketRow): PeerOwner {
    // Without a process, the table says that it is root's.
    if (inode === '0') return 'gone';
    return uid === this.#options.uid || uid === 0 ? 'own' : 'other';
  }
}
