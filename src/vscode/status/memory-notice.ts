import type { ConnectionState } from '../../connection/state.ts';

/** Says once, as soon as MLflow works, that this window works without the keychain. */
export class MemoryNotice {
  readonly #isInMemoryOnly: () => boolean;
  readonly #show: () => Promise<void>;
  #isSaid = false;

  constructor(isInMemoryOnly: () => boolean, show: () => Promise<void>) {
    this.#isInMemoryOnly = isInMemoryOnly;
    this.#show = show;
  }

  stateChanged({ kind }: ConnectionState): void {
    const works = kind === 'connected' || kind === 'degraded';
    if (this.#isSaid || !works || !this.#isInMemoryOnly()) return;
    this.#isSaid = true;
    void this.#show();
  }
}
