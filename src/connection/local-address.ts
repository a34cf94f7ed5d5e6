import type { WorkspaceMemory } from './approvals.ts';

const key = 'proxyPort';

/**
 * The port that Python's variables name, chosen once per workspace and kept, because running kernels and
 * terminals go on using it.
 */
export class LocalAddress {
  readonly #memory: WorkspaceMemory;

  constructor(memory: WorkspaceMemory) {
    this.#memory = memory;
  }

  get port(): number | undefined {
    const kept = this.#memory.get(key);
    return typeof kept === 'number' && Number.isInteger(kept) && kept > 0 && kept < 65_536 ? kept : undefined;
  }

  async keep(port: number): Promise<void> {
    if (port !== this.port) await this.#memory.update(key, port);
  }
}
