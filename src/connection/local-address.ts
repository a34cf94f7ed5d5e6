import type { WorkspaceMemory } from './approvals.ts';

const key = 'proxyPort';

/**
 * The port that Python's variables name: chosen once per workspace and remembered, because running kernels and
 * terminals go on using it.
 */
export class LocalAddress {
  readonly #memory: WorkspaceMemory;

  constructor(memory: WorkspaceMemory) {
    this.#memory = memory;
  }

  get port(): number | undefined {
    const stored = this.#memory.get(key);
    return typeof stored === 'number' && Number.isInteger(stored) && stored > 0 && stored < 65_536
      ? stored
      : undefined;
  }

  async remember(port: number): Promise<void> {
    if (port !== this.port) await this.#memory.update(key, port);
  }
}
