import { ExpiryTimer } from '../expiry.ts';
import { asProblem } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { CredentialState, FromWorker } from '../proxy/messages.ts';
import type { ResolvedHeader, SecretResolver } from '../secrets/secret-resolver.ts';
import { systemClock } from '../secrets/clock.ts';
import type { SecretFacts } from './state.ts';

export interface FeedTarget {
  post(credential: CredentialState): void;
  served(secret: SecretFacts, problem: Problem | undefined): void;
  /** There is no usable credential. The resolver has logged why. */
  failed(problem: Problem): void;
}

type CredentialNeeded = Extract<FromWorker, { type: 'credentialNeeded' }>;

/** Between attempts while the store cannot be reached; doubles each time. */
const retryDelayMs = { initial: 1000, max: 30_000 };

/** Brings the proxy a credential whenever it needs one, and tries again after trouble that may pass. */
export class CredentialFeed {
  readonly #headerName: string;
  readonly #resolver: SecretResolver;
  readonly #target: FeedTarget;
  readonly #expiry = new ExpiryTimer(systemClock);
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(headerName: string, resolver: SecretResolver, target: FeedTarget) {
    this.#headerName = headerName;
    this.#resolver = resolver;
    this.#target = target;
  }

  async start(): Promise<void> {
    await this.#serve(async () => this.#resolver.get());
  }

  async refresh(): Promise<void> {
    await this.#serve(async () => this.#resolver.refresh());
  }

  credentialNeeded(need: CredentialNeeded): void {
    void this.#serve(async () =>
      need.reason === 'rejected' ? this.#resolver.rejected(need.version) : this.#resolver.get(),
    );
  }

  async close(options: { readonly revoke: boolean }): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#expiry.clear();
    await this.#resolver.close(options);
  }

  /** Never rejects: a failure goes to the target. */
  async #serve(resolve: () => Promise<ResolvedHeader>): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const header = await resolve();
      if (this.#closed) return;
      this.#failures = 0;
      this.#target.post({
        kind: 'ready',
        headerName: this.#headerName,
        headerValue: header.value.reveal(),
        version: header.version,
        refreshAt: header.refreshAt,
        expiresAt: header.expiresAt,
      });
      // Whoever keeps what was posted, for a proxy that dies, must not keep it for longer.
      this.#expiry.set(header.expiresAt, () => this.#target.post({ kind: 'pending' }));
      const { storeVersion, fetchedAt, refreshAt, problem } = header;
      this.#target.served({ version: storeVersion, fetchedAt, nextRefreshAt: refreshAt }, problem);
    } catch (error) {
      if (this.#closed) return;
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const problem = asProblem(error, 'secret.unexpected', 'afterFix');
    this.#expiry.clear();
    this.#target.failed(problem);
    if (problem.retry !== 'automatic') return;
    const { initial, max } = retryDelayMs;
    const delay = problem.retryAfterMs ?? Math.min(initial * 2 ** this.#failures, max);
    this.#failures += 1;
    this.#timer = setTimeout(() => void this.start(), delay);
  }
}
