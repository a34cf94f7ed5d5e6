import { connectionRow, readSocketTable } from '../../network/socket-owner.ts';
import type { SocketTable } from '../../network/socket-owner.ts';

/**
 * `own`: the user that this process runs as, or root. `gone`: the client has closed its end, so that nobody owns it.
 * `unknown`: the system does not say; then the session token decides alone.
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

export interface PeerOwnersOptions {
  readonly platform: NodeJS.Platform;
  readonly uid: number | undefined;
  readonly readTable: (table: SocketTable) => Promise<string>;
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
      this.#rest();
      const asking = this.#waiting;
      this.#waiting = [];
      const table = await this.#options.readTable('tcp');
      const isThere = ({ remotePort = 0, localPort = 0 }: Peer): boolean =>
        connectionRow(table, remotePort, localPort) !== undefined;
      // A client that connects with an IPv6 socket, as Java does, is in the other table.
      const isWhole = asking.every(({ peer }) => isThere(peer));
      const table6 = isWhole ? '' : await this.#options.readTable('tcp6');
      for (const { peer, done } of asking) done(this.#ownerOf(peer, table, table6));
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

  #ownerOf({ remotePort = 0, localPort = 0 }: Peer, table: string, table6: string): PeerOwner {
    const row = connectionRow(table, remotePort, localPort) ?? connectionRow(table6, remotePort, localPort);
    if (row === undefined) {
      // A table that has our end and not the other is whole, and no program of this user is there.
      return connectionRow(table, localPort, remotePort) === undefined ? 'unknown' : 'other';
    }
    // Without a process, the table says that it is root's.
    if (row.inode === '0') return 'gone';
    return row.uid === this.#options.uid || row.uid === 0 ? 'own' : 'other';
  }
}
