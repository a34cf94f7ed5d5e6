import { randomBytes } from 'node:crypto';
import type { WorkspaceMemory } from '../connection/approvals.ts';
import { isWithin } from '../expiry.ts';

const key = 'forgottenScopes';
/** For every window to notice, also one that is busy. */
const keptMs = 600_000;
const lookIntervalMs = 2000;

/** That a credential was forgotten. */
export interface ForgottenNotice {
  /** As `bootstrapScope` names it: a digest. */
  readonly scope: string;
  /** Wall-clock milliseconds. */
  readonly at: number;
  /** The window. */
  readonly by: string;
}

/**
 * Tells the other windows through the extension's global state, which every editor hands on between its windows. Secret
 * storage does not do that everywhere: in a browser, each window reads it once and then has its own copy.
 */
export class ForgottenNotices {
  readonly #globalState: WorkspaceMemory;
  readonly #window = randomBytes(8).toString('hex');

  constructor(globalState: WorkspaceMemory) {
    this.#globalState = globalState;
  }

  async post(scope: string): Promise<void> {
    const at = Date.now();
    const recent = this.#all().filter((one) => isWithin(keptMs, one.at, at));
    await this.#globalState.update(key, [...recent, { scope, at, by: this.#window }]);
  }

  /** Calls back with each that another window posts from now on. */
  listen(noticed: (notice: ForgottenNotice) => void): { dispose(): unknown } {
    const seen = new Set(this.#all().map(idOf));
    const timer = setInterval(() => {
      for (const notice of this.#all()) {
        if (notice.by === this.#window || seen.has(idOf(notice))) continue;
        seen.add(idOf(notice));
        noticed(notice);
      }
    }, lookIntervalMs);
    timer.unref();
    return { dispose: () => clearInterval(timer) };
  }

  #all(): readonly ForgottenNotice[] {
    const stored = this.#globalState.get(key);
    return Array.isArray(stored) ? stored.filter(isNotice) : [];
  }
}

function isNotice(value: unknown): value is ForgottenNotice {
  if (typeof value !== 'object' || value === null) return false;
  const { scope, at, by } = value as Partial<Record<keyof ForgottenNotice, unknown>>;
  return typeof scope === 'string' && typeof at === 'number' && typeof by === 'string';
}

function idOf({ scope, at, by }: ForgottenNotice): string {
  return JSON.stringify([scope, at, by]);
}
