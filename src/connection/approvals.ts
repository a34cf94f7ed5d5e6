import { isDestination, mayBeKept, sameDestination } from '../configuration/destination.ts';
import type { Destination } from '../configuration/destination.ts';
import type { SettingKey } from '../settings/manifest.ts';

/** A place outside the workspace's own files; the editor's workspace state is one. */
export interface WorkspaceMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const key = 'approvedDestination';
const settingsKey = 'approvedSettings';

/** As they were set; those that are not there had no value. */
export type ApprovedSettings = Readonly<Partial<Record<SettingKey, unknown>>>;

/** The destination that the user approved for this workspace, if any. One at a time: a change asks again. */
export class Approvals {
  readonly #memory: WorkspaceMemory;

  constructor(memory: WorkspaceMemory) {
    this.#memory = memory;
  }

  get approved(): Destination | undefined {
    const stored = this.#memory.get(key);
    return isDestination(stored) ? stored : undefined;
  }

  isApproved(destination: Destination): boolean {
    const { approved } = this;
    return approved !== undefined && sameDestination(approved, destination);
  }

  /** Besides, whether the connection may be kept for as long as it is to be. */
  mayBeKept(destination: Destination): boolean {
    const { approved } = this;
    return approved !== undefined && this.isApproved(destination) && mayBeKept(approved, destination);
  }

  /** The settings that it was made of, so that they can be had back. */
  get settings(): ApprovedSettings | undefined {
    const stored = this.#memory.get(settingsKey);
    return typeof stored === 'object' && stored !== null ? stored : undefined;
  }

  async approve(destination: Destination, settings?: ApprovedSettings): Promise<void> {
    await this.#memory.update(settingsKey, settings);
    await this.#memory.update(key, destination);
  }

  async forget(): Promise<void> {
    await this.#memory.update(key, undefined);
  }
}
