import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { ExpiryTimer, isWithin } from '../expiry.ts';
import { isFoundByAsking } from '../mending.ts';
import { asProblem } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { mendsOf } from '../problem-catalogue.ts';
import { unattended } from '../providers/source.ts';
import type { Clock, CloseOptions, FetchOptions } from '../providers/source.ts';
import type { CredentialState, FromWorker } from '../proxy/messages.ts';
import { FileWatch } from '../secrets/file-watch.ts';
import type { ResolvedHeader, SecretResolver } from '../secrets/secret-resolver.ts';
import { Outage } from './outage.ts';
import type { RecoveryDependencies } from './recovery.ts';
import type { SecretFacts } from './state.ts';

export interface FeedTarget {
  post(credential: CredentialState): void;
  served(secret: SecretFacts, problem: Problem | undefined): void;
  /** There is no usable credential. The resolver has logged why; the proxy knows. */
  failed(problem: Problem): void;
}

interface FeedOptions {
  readonly headerName: string;
  readonly resolver: SecretResolver;
  readonly target: FeedTarget;
  readonly clock: Clock;
  /** How long a run waits for a person to mend what went wrong. */
  readonly graceMs: number;
  /** A program may be at work that had a credential before this feed was opened. */
  readonly mayBeRunning: boolean;
  /** Outside of VS Code, what a sign-in reads; see `Provider.signInFiles`. */
  readonly signInFiles: readonly string[];
}

type CredentialNeeded = Extract<FromWorker, { type: 'credentialNeeded' }>;

/** Between attempts while the store cannot be reached; doubles each time. */
const retryDelayMs = { initial: 1000, max: 30_000 };
/** Between two looks because somebody came back to the window. */
const lookIntervalMs = 3000;

/** Brings the proxy a credential whenever it needs one, and finds out by itself when trouble is over. */
export class CredentialFeed {
  readonly #options: FeedOptions;
  readonly #outage: Outage;
  readonly #expiry: ExpiryTimer;
  readonly #retry: ExpiryTimer;
  #failures = 0;
  /** A program may be at work that had a credential, now or before this window was opened again. */
  #mayBeRunning: boolean;
  /** While there is trouble that a change of them may end. */
  #watch: FileWatch | undefined;
  #trouble: Problem | undefined;
  #lookedAt = -Infinity;
  #closed = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    const { clock, graceMs, target, mayBeRunning } = options;
    this.#mayBeRunning = mayBeRunning;
    this.#outage = new Outage({ clock, graceMs, post: (credential) => target.post(credential) });
    this.#expiry = new ExpiryTimer(clock);
    this.#retry = new ExpiryTimer(clock);
  }

  /**
   * Attended: for somebody who has just connected, and sees what comes of it. What was fetched before is not served to
   * them without asking: they may have entered another credential, or corrected it in the store.
   */
  async start(options: FetchOptions): Promise<void> {
    const { resolver } = this.#options;
    this.#mayBeRunning ||= !options.isAttended;
    await this.#serve(async () => (options.isAttended ? resolver.refresh(options) : resolver.get(options)));
  }

  async refresh(options: FetchOptions): Promise<void> {
    await this.#serve(async () => this.#options.resolver.refresh(options));
  }

  /** Somebody may have mended something, wherever that was. */
  async lookAgain(): Promise<void> {
    const now = this.#options.clock.now();
    if (isWithin(lookIntervalMs, this.#lookedAt, now)) return;
    this.#lookedAt = now;
    await this.#refreshIfInTrouble();
  }

  credentialNeeded(need: CredentialNeeded): void {
    const { resolver } = this.#options;
    void this.#serve(async () =>
      need.reason === 'rejected' ? resolver.rejected(need.version, need) : resolver.get(unattended),
    );
  }

  async close(options: CloseOptions): Promise<void> {
    this.#closed = true;
    this.#retry.clear();
    this.#expiry.clear();
    this.#outage.over();
    this.#watch?.close();
    await this.#options.resolver.close(options);
  }

  async #serveUnattended(): Promise<void> {
    await this.#serve(async () => this.#options.resolver.get(unattended));
  }

  /** Never rejects: a failure goes to the target. */
  async #serve(resolve: () => Promise<ResolvedHeader>): Promise<void> {
    this.#retry.clear();
    try {
      const header = await resolve();
      if (!this.#closed) this.#served(header);
    } catch (error) {
      if (!this.#closed) this.#failed(asProblem(error, 'secret.unexpected', 'afterFix'));
    }
  }

  #served(header: ResolvedHeader): void {
    const { headerName, target } = this.#options;
    const { storeVersion, fetchedAt, enteredAt, refreshAt, expiresAt, version, problem } = header;
    this.#failures = 0;
    this.#mayBeRunning = true;
    this.#outage.over();
    const headerValue = header.value.reveal();
    target.post({ kind: 'ready', headerName, headerValue, version, refreshAt, expiresAt, fetchedAt });
    // Whoever keeps what was posted, for a proxy that dies, must not keep it for longer.
    this.#expiry.set(expiresAt, () => target.post({ kind: 'pending' }));
    this.#troubled(problem);
    if (problem?.retry === 'automatic') this.#tryAgain(refreshAt - this.#options.clock.now());
    target.served({ version: storeVersion, fetchedAt, enteredAt, nextRefreshAt: refreshAt }, problem);
  }

  #failed(problem: Problem): void {
    this.#expiry.clear();
    this.#outage.failed(problem, { mayBeRunning: this.#mayBeRunning });
    this.#troubled(problem);
    this.#options.target.failed(problem);
    if (problem.retry !== 'automatic') return;
    const { initial, max } = retryDelayMs;
    const delayMs = problem.retryAfterMs ?? Math.min(initial * 2 ** this.#failures, max);
    this.#failures += 1;
    this.#tryAgain(delayMs);
  }

  #tryAgain(delayMs: number): void {
    const waitMs = Math.max(delayMs, retryDelayMs.initial);
    this.#retry.set(this.#options.clock.now() + waitMs, () => void this.#serveUnattended());
  }

  #troubled(problem: Problem | undefined): void {
    this.#trouble = problem;
    const isWatched = problem !== undefined && isFoundByAsking(mendsOf(problem.code));
    if (!isWatched) {
      this.#watch?.close();
      this.#watch = undefined;
      return;
    }
    const { signInFiles, clock } = this.#options;
    this.#watch ??= new FileWatch(signInFiles, async () => this.#refreshIfInTrouble(), clock);
  }

  async #refreshIfInTrouble(): Promise<void> {
    const problem = this.#trouble;
    if (problem !== undefined && isFoundByAsking(mendsOf(problem.code))) await this.refresh(unattended);
  }
}

/** What a connection is made with. */
export interface OpenedSecret {
  readonly configuration: ConnectionConfiguration;
  readonly resolver: SecretResolver;
  /** A program may be at work that had a credential of an earlier connection. */
  readonly mayBeRunning: boolean;
}

/** The feed of one connection. */
export function openFeed(
  { configuration, resolver, mayBeRunning }: OpenedSecret,
  { clock, files }: RecoveryDependencies,
  target: FeedTarget,
): CredentialFeed {
  const { headerName, signInGraceMinutes } = configuration;
  const graceMs = signInGraceMinutes * 60_000;
  return new CredentialFeed({
    ...{ headerName, resolver, target, clock, graceMs, mayBeRunning },
    signInFiles: files.signIn(configuration),
  });
}
