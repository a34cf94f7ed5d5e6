import * as l10n from '@vscode/l10n';
import { ExpiryTimer } from '../expiry.ts';
import type { ExpiryClock } from '../expiry.ts';
import { asProblem } from '../problem.ts';
import type { RecordStorage } from './record-storage.ts';
import { kindOf } from './stored-record.ts';

/** After a sweep that failed, as with a locked keychain. */
const retryMs = 10 * 60_000;

/**
 * Deletes what is expired or damaged in SecretStorage, of all workspaces: now, and whenever the time of a record is over,
 * also of a window that was closed.
 */
export class Sweeper {
  readonly #records: RecordStorage;
  readonly #clock: ExpiryClock;
  readonly #log: (line: string) => void;
  /** Whether anything that was entered is stored, of whatever workspace. */
  readonly #hasEntered: (hasEntered: boolean) => void;
  readonly #timer: ExpiryTimer;
  readonly #changes: { dispose(): unknown };
  #next = Infinity;

  constructor(
    records: RecordStorage,
    clock: ExpiryClock,
    log: (line: string) => void,
    hasEntered: (hasEntered: boolean) => void,
  ) {
    this.#records = records;
    this.#clock = clock;
    this.#log = log;
    this.#hasEntered = hasEntered;
    this.#timer = new ExpiryTimer(clock);
    this.#changes = records.onDidChange((key) => void this.#changed(key));
  }

  /** Never rejects. */
  async sweep(): Promise<void> {
    try {
      const entries = await this.#records.entries();
      this.#hasEntered(entries.some(([key]) => kindOf(key) === 'typed'));
      const again = this.#records.owesDeletion ? this.#clock.now() + retryMs : Infinity;
      this.#setTimer(Math.min(again, ...entries.map(([, { until }]) => until ?? Infinity)));
    } catch (error) {
      const { message } = asProblem(error, 'secret.unexpected', 'automatic');
      this.#log(l10n.t('Expired credentials could not be deleted: {0}', message));
      this.#setTimer(this.#clock.now() + retryMs);
    }
  }

  dispose(): void {
    this.#timer.clear();
    this.#changes.dispose();
  }

  /** A record that fails to be read is met again at the next sweep. */
  async #changed(key: string): Promise<void> {
    if (kindOf(key) === 'typed') return this.sweep();
    const record = await this.#records.get(key).catch(() => undefined);
    const { until = Infinity } = record ?? {};
    if (until < this.#next) this.#setTimer(until);
  }

  #setTimer(at: number): void {
    this.#next = at;
    if (at === Infinity) this.#timer.clear();
    else this.#timer.set(at, () => void this.sweep());
  }
}
