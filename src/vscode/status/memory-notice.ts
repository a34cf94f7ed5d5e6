import type { ConnectionState } from '../../connection/state.ts';
import { showMessage } from '../sinks/messages.ts';
import { keptInMemoryNotice } from '../storage-problems.ts';

/** Says once, as soon as MLflow works, that this window works without the keychain. */
export class MemoryNotice {
  readonly #isInMemoryOnly: () => boolean;
  readonly #log: (line: string) => void;
  #isSaid = false;

  constructor(isInMemoryOnly: () => boolean, log: (line: string) => void) {
    this.#isInMemoryOnly = isInMemoryOnly;
    this.#log = log;
  }

  stateChanged({ kind }: ConnectionState): void {
    const works = kind === 'connected' || kind === 'degraded';
    if (this.#isSaid || !works || !this.#isInMemoryOnly()) return;
    this.#isSaid = true;
    const notice = keptInMemoryNotice();
    this.#log(notice.join(' '));
    void showMessage('warning', notice);
  }
}
