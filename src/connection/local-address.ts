import type { WorkspaceMemory } from './approvals.ts';
import { challengeFor, whoAnswers } from './local-proof.ts';
import type { Challenge } from './local-proof.ts';
import type { Listening } from './local-proxy-options.ts';
import { endEarlierProxy } from './taken-port.ts';

const key = 'proxyPort';
const challengeKey = 'proxyChallenge';
const heldAtKey = 'proxyHeldAt';

/**
 * MLflow's client gives an address up after 244 s of refused connections: when nothing has listened for longer, nobody is
 * left whom the old session token could help, and whoever listened there meanwhile may have been shown it.
 */
const tokenOutlivesMs = 5 * 60_000;
/** How often it is noted that the port is held; together with 244 s less than the above. */
export const noteHeldMs = 30_000;

/**
 * The port that Python's variables name: chosen once per workspace and remembered, because running kernels and
 * terminals go on using it.
 */
export class LocalAddress {
  readonly #memory: WorkspaceMemory;
  readonly #isTokenKept: () => boolean;
  #isForNow = false;

  /**
   * `isTokenKept`: whether the next window has today's token, too. Where a keychain only fails, the one before may be back
   * then.
   */
  constructor(memory: WorkspaceMemory, isTokenKept: () => boolean = () => false) {
    this.#memory = memory;
    this.#isTokenKept = isTokenKept;
  }

  get port(): number | undefined {
    const stored = this.#memory.get(key);
    return typeof stored === 'number' && Number.isInteger(stored) && stored > 0 && stored < 65_536
      ? stored
      : undefined;
  }

  /** Notes that the port is held now; wall-clock milliseconds. */
  async noteHeld(now = Date.now()): Promise<void> {
    await this.#memory.update(heldAtKey, now);
  }

  /** Whether the port was not held for so long that a new session token is due. */
  wasLeft(now = Date.now()): boolean {
    const heldAt = this.#memory.get(heldAtKey);
    return typeof heldAt !== 'number' || heldAt > now || now - heldAt > tokenOutlivesMs;
  }

  /**
   * SecretStorage fails, and this workspace's proxy is where the next window, which has its key again, finds it: neither its
   * port nor its token is forgotten for one that moved.
   */
  get isForNow(): boolean {
    return this.#isForNow;
  }

  async remember({ port, sessionToken }: Listening): Promise<void> {
    if (this.isForNow) return;
    if (port !== this.port) await this.#memory.update(key, port);
    if (!this.#isTokenKept()) return;
    const challenge = this.#challenge;
    const isKnown =
      challenge?.port === port && challengeFor(port, sessionToken, challenge.nonce).proof === challenge.proof;
    if (!isKnown) await this.#memory.update(challengeKey, challengeFor(port, sessionToken));
  }

  /**
   * Whether what listens at a port, and does not hold the token of this window, was this workspace's proxy and has been
   * ended: its key and its token are lost with all else that SecretStorage had.
   */
  async endLost(port: number): Promise<boolean> {
    const challenge = this.#challenge;
    if (challenge?.port !== port) return false;
    if (this.#isTokenKept()) return endEarlierProxy(challenge);
    this.#isForNow = (await whoAnswers(challenge)) === 'ours';
    return false;
  }

  get #challenge(): Challenge | undefined {
    const stored = this.#memory.get(challengeKey);
    return isChallenge(stored) ? stored : undefined;
  }
}

function isChallenge(value: unknown): value is Challenge {
  if (typeof value !== 'object' || value === null) return false;
  const { port, nonce, proof } = value as Partial<Record<keyof Challenge, unknown>>;
  return typeof port === 'number' && typeof nonce === 'string' && typeof proof === 'string';
}
