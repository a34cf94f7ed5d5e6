import type { CredentialOutcome, FromWorker } from '../messages.ts';

type Post = (message: Extract<FromWorker, { type: 'credentialOutcome' }>) => void;

export const accepted: CredentialOutcome = { outcome: 'accepted' };

interface Known {
  readonly version: number;
  readonly outcome: CredentialOutcome;
  readonly isOfCheck: boolean;
}

/** Tells the main thread what the tracking server makes of the credential, whenever that changes. */
export class CredentialOutcomes {
  readonly #post: Post;
  #last: Known | undefined;
  #posted: Known | undefined;
  /** One was posted in this second: what comes of further ones is posted with the next tick. */
  #hasPosted = false;
  /** The version that was accepted last, if nothing else came of it since; for requests to compare with. */
  accepted = -1;
  /** The newest version that was ever accepted. */
  #everAccepted = -1;

  constructor(post: Post) {
    this.#post = post;
  }

  note(version: number, outcome: CredentialOutcome, { isOfCheck = false } = {}): void {
    // A response that took long says nothing of the credential that came meanwhile.
    if (this.#last !== undefined && version < this.#last.version) return;
    this.accepted = outcome.outcome === 'accepted' ? version : -1;
    if (this.accepted === version) this.#everAccepted = version;
    this.#last = { version, outcome, isOfCheck };
    if (!this.#hasPosted) this.#postIfChanged();
  }

  wasAccepted(version: number): boolean {
    return version === this.#everAccepted;
  }

  /** To be called each second. */
  tick(): void {
    this.#hasPosted = false;
    this.#postIfChanged();
  }

  /** Another tracking server is asked from now on. */
  forget(): void {
    this.accepted = this.#everAccepted = -1;
    this.#last = this.#posted = undefined;
  }

  #postIfChanged(): void {
    const last = this.#last;
    if (last === undefined || isSame(last, this.#posted)) return;
    const { version, outcome, isOfCheck } = last;
    this.#posted = last;
    this.#hasPosted = true;
    this.#post({ type: 'credentialOutcome', version, ...(isOfCheck && { isOfCheck }), ...outcome });
  }
}

/** Whoever asked. Outcomes hold plain data, in one order. */
function isSame(one: Known, other: Known | undefined): boolean {
  if (one.version !== other?.version) return false;
  return JSON.stringify(one.outcome) === JSON.stringify(other.outcome);
}
