import { asProblem } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { CredentialState, FromWorker } from '../proxy/messages.ts';
import type { ResolvedHeader } from '../secrets/resolver.ts';
import type { SecretFacts } from './state.ts';
import { problemResponse } from './unavailable-responses.ts';

/** The secret of one connection. Every failure is a `Problem`; calls made at once share one fetch. */
export interface SecretResolver {
  get(): Promise<ResolvedHeader>;
  refresh(): Promise<ResolvedHeader>;
  /** The tracking server refused this version. */
  rejected(version: number): Promise<ResolvedHeader>;
  close(options: { readonly revoke: boolean }): Promise<void>;
}

export interface FeedTarget {
  post(credential: CredentialState): void;
  served(secret: SecretFacts, problem: Problem | undefined): void;
  failed(problem: Problem): void;
}

type CredentialNeeded = Extract<FromWorker, { type: 'credentialNeeded' }>;

/** Milliseconds between tries while the store cannot be reached, doubling. */
const retryWaitMs = { first: 1000, max: 30_000 };

/** Answers the proxy's wishes for a credential from the resolver, and tries again after passing trouble. */
export class CredentialFeed {
  readonly #headerName: string;
  readonly #resolver: SecretResolver;
  readonly #target: FeedTarget;
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

  credentialNeeded(wanted: CredentialNeeded): void {
    void this.#serve(async () =>
      wanted.reason === 'rejected' ? this.#resolver.rejected(wanted.version) : this.#resolver.get(),
    );
  }

  async close(options: { readonly revoke: boolean }): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#resolver.close(options);
  }

  /** Never rejects: a failure goes to the target. */
  async #serve(resolve: () => Promise<ResolvedHeader>): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const served = await resolve();
      if (this.#closed) return;
      this.#failures = 0;
      this.#target.post({
        kind: 'ready',
        headerName: this.#headerName,
        headerValue: served.value.reveal(),
        version: served.version,
        refreshAt: served.refreshAt,
        expiresAt: served.expiresAt,
      });
      const { storeVersion, fetchedAt, refreshAt, problem } = served;
      this.#target.served({ version: storeVersion, fetchedAt, nextRefreshAt: refreshAt }, problem);
    } catch (error) {
      if (this.#closed) return;
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const problem = asProblem(error, 'secret.unexpected', 'afterFix');
    this.#target.post({ kind: 'unavailable', response: problemResponse(problem) });
    this.#target.failed(problem);
    if (problem.retry !== 'automatic') return;
    const wait = problem.retryAfterMs ?? Math.min(retryWaitMs.first * 2 ** this.#failures, retryWaitMs.max);
    this.#failures += 1;
    this.#timer = setTimeout(() => void this.start(), wait);
  }
}
