import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { ExpiryTimer, isWithin } from '../expiry.ts';
import { isFoundByAsking } from '../mending.ts';
import { mendsOf } from '../problem-catalogue.ts';
import type { Clock } from '../providers/source.ts';
import { BackOff } from '../secrets/back-off.ts';
import { FileWatch } from '../secrets/file-watch.ts';
import { isServing } from './state.ts';
import type { ConnectionState } from './state.ts';

/** Between two looks because somebody came back to the window. */
const lookIntervalMs = 3000;

export interface RecoveryDependencies {
  readonly clock: Clock;
  /** Files of this machine that others write. Absolute; `*` in the last part stands for any text. */
  readonly files: {
    /** What the sign-in reads. */
    signIn(configuration: ConnectionConfiguration): readonly string[];
    /** Certificates, which are read when a connection is made. */
    certificates(configuration: ConnectionConfiguration): readonly string[];
  };
}

/**
 * Notices that what kept a connection from being made is mended, or that certificates with which it was made have
 * changed while there is trouble. What the secret's own trouble is, its feed finds out.
 */
export class Recovery {
  readonly #dependencies: RecoveryDependencies;
  readonly #reopen: () => Promise<void>;
  readonly #retry: ExpiryTimer;
  /** Of attempts to make a connection. Nobody else is asked that much more often for it: what fails is on this machine. */
  readonly #backOff = new BackOff(() => 0);
  #attempted: ConnectionConfiguration | undefined;
  #watch: FileWatch | undefined;
  #lookedAt = -Infinity;
  #mayBeRunning = false;

  /** `reopen` makes the connection again with what is on this machine now; what is kept stays. */
  constructor(dependencies: RecoveryDependencies, reopen: () => Promise<void>) {
    this.#dependencies = dependencies;
    this.#reopen = reopen;
    this.#retry = new ExpiryTimer(dependencies.clock);
  }

  /** A program may be at work that had a credential of this window. */
  get mayBeRunning(): boolean {
    return this.#mayBeRunning;
  }

  /** What a connection is about to be made with. */
  attempt(configuration: ConnectionConfiguration): void {
    this.#attempted = configuration;
  }

  /** `isMade`: there is a connection, whatever troubles it. */
  stateChanged(state: ConnectionState, { isMade }: { readonly isMade: boolean }): void {
    this.#retry.clear();
    if (isServing(state)) this.#mayBeRunning = true;
    if (isMade || state.kind === 'disconnected') this.#backOff.succeeded();
    if (state.kind === 'disconnected') this.#mayBeRunning = false;
    if (!isTroubled(state)) {
      this.#watch?.close();
      this.#watch = undefined;
      return;
    }
    const { clock, files } = this.#dependencies;
    if (this.#attempted !== undefined) {
      const certificates = files.certificates(this.#attempted);
      this.#watch ??= new FileWatch(certificates, async () => this.#reopen(), clock);
    }
    if (isMade || state.kind !== 'failed' || state.problem.retry !== 'automatic') return;
    this.#backOff.failed(clock.now());
    this.#retry.set(this.#backOff.until, () => void this.#reopen());
  }

  /** Somebody came back, and may have mended what kept the connection from being made. */
  lookAgain(state: ConnectionState): void {
    const now = this.#dependencies.clock.now();
    if (!mayHaveMended(state)) return;
    if (isWithin(lookIntervalMs, this.#lookedAt, now)) return;
    this.#lookedAt = now;
    void this.#reopen();
  }

  close(): void {
    this.#retry.clear();
    this.#watch?.close();
    this.#watch = undefined;
  }
}

/** Why there is no connection may have ended elsewhere, and trying it again does no harm: a wrong password locks an account. */
export function mayHaveMended(state: ConnectionState): boolean {
  return state.kind === 'failed' && isFoundByAsking(mendsOf(state.problem.code));
}

function isTroubled({ kind }: ConnectionState): boolean {
  return kind === 'failed' || kind === 'degraded' || kind === 'rejected' || kind === 'unavailable';
}
