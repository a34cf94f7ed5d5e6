import { isDestination, sameDestination } from '../configuration/destination.ts';
import type { Destination } from '../configuration/destination.ts';

/** A place outside the workspace's own files; the editor's workspace state is one. */
export interface WorkspaceMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const key = 'approvedDestination';

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

  async approve(destination: Destination): Promise<void> {
    await this.#memory.update(key, destination);
  }

  async forget(): Promise<void> {
    await this.#memory.update(key, undefined);
  }
}
