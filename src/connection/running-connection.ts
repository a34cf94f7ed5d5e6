import type { AuthMode, ConnectionConfiguration } from '../configuration/configuration.ts';
import { isWithin } from '../expiry.ts';
import { inOneText, orProblem, Problem } from '../problem.ts';
import { unattended } from '../providers/source.ts';
import type { Clock, CloseOptions, FetchOptions } from '../providers/source.ts';
import { abortable } from '../providers/transport/abortable.ts';
import type { CredentialOutcome, FromWorker, ProxyStatistics } from '../proxy/messages.ts';
import type { UpstreamTrouble } from '../proxy/upstream-trouble.ts';
import type { LocalAccess } from './check-credential.ts';
import { openFeed } from './credential-feed.ts';
import type { CredentialFeed, FeedTarget, OpenedSecret } from './credential-feed.ts';
import { fingerprintOf } from './dependencies.ts';
import type { ConnectionDependencies } from './dependencies.ts';
import { HealthWatch } from './health.ts';
import type { LocalProxy } from './local-proxy.ts';
import type { SecretFacts, ServerFinding } from './state.ts';
import { findingOfOutcome, upstreamTrouble } from './upstream-problems.ts';

/** What it is made of. */
export interface Made extends OpenedSecret {
  /** Of the configuration and how its server is reached: a change of settings that changes neither is ignored. */
  readonly fingerprint: string;
  readonly access: () => LocalAccess | undefined;
}

export interface RunningTarget extends FeedTarget {
  found(finding: ServerFinding): void;
}

/** Between two questions to the store because somebody came back, while the server rejects what it gives. */
const lookAtRejectedMs = 30_000;

/** What a connection holds while it serves a secret: what brings the credential, and what watches the server. */
export class RunningConnection {
  readonly configuration: ConnectionConfiguration;
  readonly #feed: CredentialFeed;
  readonly #health: HealthWatch;
  #fingerprint: string;
  #version: number | undefined;
  /** As the credential is sent. */
  #authMode: AuthMode;
  /** Of the credential that the server was last asked about. */
  #checkedVersion: number | undefined;
  #failures = 0;
  readonly #clock: Clock;
  /** When the store was asked for somebody who came back, while this credential was rejected. */
  #looked: { readonly at: number; readonly version: number | undefined } = {
    at: -Infinity,
    version: undefined,
  };
  readonly #target: RunningTarget;
  /** Why there is no credential of this window's own. */
  #problem: Problem | undefined;
  /** Of another window, in use meanwhile. */
  #lent: SecretFacts | undefined;

  constructor(
    { fingerprint, access, ...secret }: Made,
    dependencies: Pick<ConnectionDependencies, 'clock' | 'files' | 'health'>,
    target: RunningTarget,
  ) {
    this.#fingerprint = fingerprint;
    this.#target = target;
    const { configuration } = secret;
    this.configuration = configuration;
    this.#authMode = configuration.authMode;
    const { clock, health } = dependencies;
    this.#clock = clock;
    this.#health = new HealthWatch({
      ...health,
      clock,
      check: health.openCheck(configuration, () => {
        const found = access();
        return found && { ...found, version: this.#version, authMode: this.#authMode };
      }),
      found: (finding) => target.found(finding),
    });
    this.#feed = openFeed(secret, dependencies, {
      post: (credential) => {
        if (credential.kind === 'ready') {
          this.#version = credential.version;
          this.#authMode = modeOf(credential.headerValue);
        }
        target.post(credential);
      },
      served: (secret, problem) => {
        this.#problem = undefined;
        this.#lent = undefined;
        target.served(secret, problem);
        if (this.#version !== this.#checkedVersion) this.#look();
      },
      failed: (problem) => {
        this.#checkedVersion = undefined;
        this.#problem = problem;
        this.#failed(problem);
      },
    });
  }

  get fingerprint(): string {
    return this.#fingerprint;
  }

  /** Until the server was asked, or there is no credential to ask with. */
  async start(options: FetchOptions): Promise<void> {
    await this.#feed.start(options);
    await this.#health.settled();
  }

  async refresh(options: FetchOptions): Promise<void> {
    const before = this.#checkedVersion;
    await this.#feed.refresh(options);
    // The same again: whoever asks for it wants to know whether the server accepts it now.
    if (this.#checkedVersion === before) await this.askWhetherAccepted();
    else await this.#health.settled();
  }

  /** Somebody came back to the window, and may have mended something elsewhere, such as the secret in the store. */
  async lookAgain(): Promise<void> {
    if (this.#health.kind !== 'rejected') {
      await this.#feed.lookAgain();
      return;
    }
    const now = this.#clock.now();
    const { at, version } = this.#looked;
    if (version === this.#version && isWithin(lookAtRejectedMs, at, now)) return;
    this.#looked = { at: now, version: this.#version };
    await this.#feed.refresh(unattended);
  }

  /** The server may be reached in another way than before, as with another certificate. */
  async renewUpstream(
    proxy: LocalProxy,
    { upstreamFor, log }: Pick<ConnectionDependencies, 'log' | 'upstreamFor'>,
    signal: AbortSignal,
  ): Promise<void> {
    const renewed = await orProblem(abortable(upstreamFor(this.configuration), signal));
    if (renewed instanceof Problem) {
      log('warn', inOneText(renewed));
      return;
    }
    const fingerprint = fingerprintOf([this.configuration, renewed]);
    if (fingerprint === this.#fingerprint) return;
    this.#fingerprint = fingerprint;
    proxy.setUpstream(renewed);
    // A password that was rejected is not right for being sent in another way.
    if (!this.#health.isPasswordRejected) this.#ask();
  }

  async askWhetherAccepted(): Promise<void> {
    this.#ask();
    await this.#health.settled();
  }

  credentialNeeded(need: Extract<FromWorker, { type: 'credentialNeeded' }>): void {
    this.#feed.credentialNeeded(need);
  }

  /** Another window of this workspace brings, or no longer brings, what this one could not get: that is what Python gets. */
  lent(secret: Extract<FromWorker, { type: 'lent' }>['secret']): void {
    if (this.#problem === undefined) return;
    this.#lent = secret && {
      version: undefined,
      fetchedAt: secret.fetchedAt,
      nextRefreshAt: secret.refreshAt,
    };
    this.#failed(this.#problem);
    if (this.#lent !== undefined) void this.#health.look();
  }

  /** The local proxy found that the server cannot be reached, or, without a message, that it can be again. */
  upstreamChanged({ message, remedy }: UpstreamTrouble): void {
    const problem = message === undefined ? undefined : upstreamTrouble({ message, remedy });
    if (problem === undefined) this.#ask();
    else this.#health.heard({ kind: 'unavailable', problem });
  }

  /** What the server made of a request of Python. */
  outcomeChanged(outcome: Extract<FromWorker, { type: 'credentialOutcome' }>): void {
    if (outcome.version !== this.#version) return;
    const isAccepted = outcome.outcome === 'accepted';
    // A check returns what it found.
    if (outcome.isOfCheck === true && !isAccepted) return;
    if (!isAccepted && !isOf401(outcome)) {
      this.#health.suspect();
      return;
    }
    const { kind } = this.#health;
    if (isAccepted && kind !== 'accepted') {
      if (kind !== undefined) this.#ask();
      // Another program than MLflow may have responded: only the question tells.
      if (kind !== 'rejected') return;
    }
    const { configuration } = this;
    this.#health.heard(findingOfOutcome(outcome, { ...configuration, authMode: this.#authMode }));
  }

  /** The settings changed, and with them perhaps how often the server is asked. */
  reschedule(): void {
    this.#health.reschedule();
  }

  counted({ failures, lastResponseAt }: ProxyStatistics): void {
    const isFailing = failures > this.#failures;
    this.#failures = failures;
    if (isFailing) this.#health.doubt();
    else this.#health.respondedAt(lastResponseAt);
  }

  async close(options: CloseOptions): Promise<void> {
    this.#health.close();
    await this.#feed.close(options);
  }

  #failed(problem: Problem): void {
    if (this.#lent === undefined) this.#target.failed(problem);
    else this.#target.served(this.#lent, problem);
  }

  #ask(): void {
    if (this.#checkedVersion !== undefined) this.#look();
  }

  #look(): void {
    this.#checkedVersion = this.#version;
    void this.#health.look();
  }
}

/** A gateway's 403, and its pages, may have another reason than the credential. */
function isOf401(outcome: CredentialOutcome): boolean {
  return outcome.outcome === 'rejected' && outcome.detail.status === 401;
}

/** RFC 7617: what begins so is a user name and a password. */
function modeOf(headerValue: string): AuthMode {
  return headerValue.startsWith('Basic ') ? 'basic' : 'bearer';
}
