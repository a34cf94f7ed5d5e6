import { HostileWindow } from '../hostile/window.ts';
import { startRunnerServer } from '../host/runner-server.ts';
import type { OnLoopback } from '../support/servers/on-loopback.ts';

/** Extension hosts as they start, told by the extension of the tests that runs in each. */
export class WindowRegister {
  readonly #waiting = new Set<(window: HostileWindow) => void>();
  #server: OnLoopback | undefined;

  /** Resolves to the address that the extension of the tests calls. */
  async start(): Promise<string> {
    this.#server = await startRunnerServer({
      window: async (body) => {
        const window = new HostileWindow((body as { url: string }).url);
        for (const tell of this.#waiting) tell(window);
        this.#waiting.clear();
        return Promise.resolve();
      },
    });
    return this.#server.url;
  }

  /** The next one that starts. */
  async next(withinMs: number): Promise<HostileWindow> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no extension host has started')), withinMs);
      this.#waiting.add((window) => {
        clearTimeout(timer);
        resolve(window);
      });
    });
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }
}
