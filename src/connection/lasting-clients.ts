import { isDetachedFrom } from '../network/process-ancestry.ts';
import { connectionRowsTo, listenerAt, processWith, readSocketTable } from '../network/socket-owner.ts';

interface LastingClient {
  readonly name: string;
  readonly pid: string;
}

/** To find out which process it is takes some 50 ms each. */
const maxLooksAtOnce = 8;
const lookupTimeoutMs = 2000;

/**
 * Finds programs that use the local proxy and go on when this window is closed. On Linux only; nothing is asked of the
 * proxy. Each connection is looked at once, when it has been there for two looks: the proxy closes those of strangers
 * and browsers sooner than that, and scripts that end at once need no care.
 */
export class LastingClients {
  readonly #windowRoot: number;
  /** Sockets of clients that were there before, by what the system calls them. */
  #before = new Set<string>();
  readonly #judged = new Set<string>();

  /** `windowRoot`: the process that all programs descend from that are started in the window. */
  constructor(windowRoot = process.ppid) {
    this.#windowRoot = windowRoot;
  }

  /** `undefined`: there is none that was not there before. */
  async look(port: number): Promise<LastingClient | undefined> {
    if (process.platform !== 'linux') return undefined;
    const now = await clientsOf(port);
    const lasting = [...now].filter((inode) => this.#before.has(inode) && !this.#judged.has(inode));
    this.#before = now;
    for (const inode of this.#judged) if (!now.has(inode)) this.#judged.delete(inode);
    for (const inode of lasting.slice(0, maxLooksAtOnce)) {
      this.#judged.add(inode);
      const client = await processWith(inode, AbortSignal.timeout(lookupTimeoutMs));
      if (client !== undefined && (await isDetachedFrom(this.#windowRoot, Number(client.pid)))) {
        return (await isServedBy(port, process.pid)) ? undefined : client;
      }
    }
    return undefined;
  }
}

async function clientsOf(port: number): Promise<Set<string>> {
  const inodes = new Set<string>();
  for (const table of ['tcp', 'tcp6'] as const) {
    for (const { uid, inode, isOpen } of connectionRowsTo(
      await readSocketTable(table, port),
      port,
    ).values()) {
      if (isOpen && uid === process.geteuid?.() && inode !== '0') inodes.add(inode);
    }
  }
  return inodes;
}

/** A proxy in a thread of the window ends with it. */
async function isServedBy(port: number, pid: number): Promise<boolean> {
  const listener = await listenerAt(port);
  if (listener === undefined) return true;
  const found = await processWith(listener.inode, AbortSignal.timeout(lookupTimeoutMs));
  return found === undefined || Number(found.pid) === pid;
}
