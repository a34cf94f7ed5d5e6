import { CredentialFeed } from '../../src/connection/credential-feed.ts';
import type { Problem } from '../../src/problem.ts';
import type { SecretSource } from '../../src/providers/source.ts';
import { systemClock } from '../../src/secrets/clock.ts';
import { CachingResolver } from '../../src/secrets/resolver.ts';
import { Changes } from './changes.ts';

/** What the proxy would be given of a real source, with the real clock: for what recovers without being told. */
export class FedConnection {
  readonly feed: CredentialFeed;
  readonly #changes = new Changes();
  #found: Problem | 'served' | undefined;

  /** `signInFiles`: as the source's provider names them. */
  constructor(source: SecretSource, signInFiles: readonly string[]) {
    let version = 0;
    const resolver = new CachingResolver({
      ...{ source, clock: systemClock, random: Math.random, storage: undefined },
      ...{ ttlMs: 300_000, maxStaleMs: 0, deadlineMs: 20_000 },
      header: (text) => text,
      nextVersion: () => (version += 1),
      log: () => undefined,
    });
    this.feed = new CredentialFeed({
      ...{ headerName: 'Authorization', resolver, clock: systemClock, graceMs: 0, signInFiles },
      mayBeRunning: false,
      target: {
        post: () => undefined,
        served: (_secret, problem) => this.#note(problem ?? 'served'),
        failed: (problem) => this.#note(problem),
      },
    });
  }

  /** As after a reload: nobody is there. The code of the problem that it ends in. */
  async start(): Promise<string> {
    await this.feed.start({ isAttended: false });
    return this.#found === 'served' ? 'served' : (this.#found?.code ?? 'nothing');
  }

  /** Resolves, once a secret is served, to how long that took, in milliseconds. */
  async served(): Promise<number> {
    const from = performance.now();
    await this.#changes.until(
      () => (this.#found === 'served' ? true : undefined),
      () => `a secret, after ${this.#found === 'served' ? '' : this.#found?.code}`,
    );
    return performance.now() - from;
  }

  async close(): Promise<void> {
    await this.feed.close({ revoke: false });
  }

  #note(found: Problem | 'served'): void {
    this.#found = found;
    this.#changes.notify();
  }
}
