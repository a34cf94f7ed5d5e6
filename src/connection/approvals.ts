import { addressIn, isDestination, mayBeKept, sameDestination } from '../configuration/destination.ts';
import type { Destination } from '../configuration/destination.ts';
import type { SettingKey } from '../settings/manifest.ts';

/** A place outside the workspace's own files; the editor's workspace state is one. */
export interface WorkspaceMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const key = 'approvedServers';
/** Where the one that an earlier version kept is. */
const formerKey = 'approvedDestination';
const formerSettingsKey = 'approvedSettings';

/** So many can be told apart in a list; who uses more approves the oldest again. */
const maxServers = 10;

/** As they were set; those that are not there had no value. */
export type ApprovedSettings = Readonly<Partial<Record<SettingKey, unknown>>>;

/** A tracking server of this workspace, in the form in which the user approved it last. */
export interface ApprovedServer {
  readonly destination: Destination;
  /** The settings that it was made of, so that they can be had back; none of them is a secret. */
  readonly settings: ApprovedSettings | undefined;
  /** When it was chosen, or left for another one; wall-clock milliseconds. */
  readonly usedAt: number | undefined;
}

/**
 * The destinations that the user approved for this workspace, one for each tracking server. The first is the one in use:
 * settings that make another one ask again, also where that is in the list, since only the user switches.
 */
export class Approvals {
  readonly #memory: WorkspaceMemory;
  readonly #now: () => number;

  constructor(memory: WorkspaceMemory, now: () => number = Date.now) {
    this.#memory = memory;
    this.#now = now;
  }

  /** The last one first; at most one of each tracking server. */
  get servers(): readonly ApprovedServer[] {
    const stored = this.#memory.get(key);
    if (Array.isArray(stored)) return stored.flatMap(readServer).slice(0, maxServers);
    const [destination, settings] = [formerKey, formerSettingsKey].map((name) => this.#memory.get(name));
    return readServer({ destination, settings });
  }

  get approved(): Destination | undefined {
    return this.servers[0]?.destination;
  }

  isApproved(destination: Destination): boolean {
    const { approved } = this;
    return approved !== undefined && sameDestination(approved, destination);
  }

  /** Besides, whether the connection may be kept for as long as it is to be. */
  mayBeKept(destination: Destination): boolean {
    const { approved } = this;
    return approved !== undefined && covers(approved, destination);
  }

  /** Those of the one in use. */
  get settings(): ApprovedSettings | undefined {
    return this.servers[0]?.settings;
  }

  /** Puts it first. */
  async approve(destination: Destination, settings?: ApprovedSettings): Promise<void> {
    const usedAt = this.#now();
    const [last, ...older] = this.servers;
    const left = last === undefined ? [] : [{ ...last, usedAt }, ...older];
    const others = left.filter((one) => !isOfSameServer(one.destination, destination));
    await this.#write([{ destination, settings, usedAt }, ...others].slice(0, maxServers));
  }

  /** All of them. */
  async forget(): Promise<void> {
    await this.#write([]);
  }

  async #write(servers: readonly ApprovedServer[]): Promise<void> {
    await this.#memory.update(key, servers);
    for (const former of [formerKey, formerSettingsKey]) {
      if (this.#memory.get(former) !== undefined) await this.#memory.update(former, undefined);
    }
  }
}

/** Whether nothing about the destination is yet to be approved. */
export function covers(approved: Destination, destination: Destination): boolean {
  return sameDestination(approved, destination) && mayBeKept(approved, destination);
}

export function isOfSameServer(one: Destination, other: Destination): boolean {
  return addressIn(one) === addressIn(other);
}

/** None where it is of an older shape. */
function readServer(stored: unknown): readonly ApprovedServer[] {
  if (typeof stored !== 'object' || stored === null) return [];
  const { destination, settings, usedAt }: Partial<Record<keyof ApprovedServer, unknown>> = stored;
  if (!isDestination(destination)) return [];
  return [
    {
      destination,
      settings: typeof settings === 'object' && settings !== null ? settings : undefined,
      usedAt: typeof usedAt === 'number' ? usedAt : undefined,
    },
  ];
}
