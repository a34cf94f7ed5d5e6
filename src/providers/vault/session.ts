import { Problem } from '../../problem.ts';
import type { Secret } from '../../secret.ts';
import { fields, numberField, saysBadToken } from './answer.ts';
import { signIn, refusedToken } from './sign-in/sign-in.ts';
import type { SignInInput, VaultToken } from './sign-in/sign-in.ts';

interface Session {
  readonly token: VaultToken;
  /** Wall-clock milliseconds; `Infinity` for a token without an end. */
  readonly expiresAt: number;
}

/** Below this a lease is not worth renewing further: Vault caps it at the token's longest life. */
const minRenewalShare = 0.2;
const revokeLimit = 3000;

/**
 * Keeps one sign-in to Vault alive: renews at two thirds of the lease with some jitter, and signs in anew when the
 * lease cannot be made longer, before anything fails.
 */
export class VaultSession {
  readonly #input: SignInInput;
  readonly #closing = new AbortController();
  #session: Session | undefined;
  #signingIn: Promise<Session> | undefined;
  /** Ends the care for a session that was replaced. */
  #renewal: AbortController | undefined;

  constructor(input: SignInInput) {
    this.#input = input;
  }

  /** A token that is valid now by its lease. */
  async token(signal: AbortSignal): Promise<Secret> {
    const held = this.#session;
    if (held && this.#input.context.clock.now() < held.expiresAt) return held.token.value;
    return (await this.#signIn(signal)).token.value;
  }

  /**
   * Vault refused something: is it the token? A token of ours is then replaced and `true` says "try again"; a
   * user's own is a `Problem`. `false`: the token is good.
   */
  async recover(refused: Secret, signal: AbortSignal): Promise<boolean> {
    const held = this.#session;
    if (held && !held.token.value.equals(refused)) return true;
    const { client } = this.#input;
    const answer = await client.call({
      method: 'GET',
      path: 'auth/token/lookup-self',
      token: refused,
      signal,
    });
    if (answer.status !== 403 || !saysBadToken(answer.body)) return false;
    this.#session = undefined;
    if (held && !held.token.isObtained) throw refusedToken(held.token.origin);
    await this.#signIn(signal);
    return true;
  }

  async close({ revoke }: { readonly revoke: boolean }): Promise<void> {
    this.#closing.abort(new Error('closed'));
    // One that is just coming to its end may have got a token.
    await this.#signingIn?.catch(() => undefined);
    const token = this.#session?.token;
    this.#session = undefined;
    if (!revoke || !token?.isObtained) return;
    try {
      const signal = AbortSignal.timeout(revokeLimit);
      await this.#input.client.call({
        method: 'POST',
        path: 'auth/token/revoke-self',
        body: {},
        token: token.value,
        signal,
      });
    } catch (error) {
      this.#input.context.log(`The Vault token was not revoked (${codeOf(error)}); it ends with its lease.`);
    }
  }

  async #signIn(signal: AbortSignal): Promise<Session> {
    const both = AbortSignal.any([signal, this.#closing.signal]);
    this.#signingIn ??= signIn(this.#input, both)
      .then((token) => this.#adopt(token))
      .finally(() => {
        this.#signingIn = undefined;
      });
    return this.#signingIn;
  }

  #adopt(token: VaultToken): Session {
    const { context } = this.#input;
    const session = {
      token,
      expiresAt: token.leaseSeconds === 0 ? Infinity : context.clock.now() + token.leaseSeconds * 1000,
    };
    this.#session = session;
    this.#renewal?.abort(new Error('replaced'));
    this.#renewal = new AbortController();
    if (token.leaseSeconds > 0 && !this.#closing.signal.aborted) {
      const signal = AbortSignal.any([this.#closing.signal, this.#renewal.signal]);
      void this.#keepAlive(token, token.leaseSeconds, signal);
    }
    return session;
  }

  /** Never rejects: a failure is logged, and the next reading signs in anew. */
  async #keepAlive(token: VaultToken, firstLease: number, signal: AbortSignal): Promise<void> {
    const { context } = this.#input;
    let lease = token.leaseSeconds;
    try {
      for (;;) {
        await context.clock.sleep(lease * 1000 * (2 / 3) * (1 - 0.1 * context.random()), signal);
        const renewed = token.isRenewable ? await this.#renew(token, signal) : 0;
        if (renewed < firstLease * minRenewalShare) {
          await this.#replace(token, signal);
          return;
        }
        lease = renewed;
        this.#session = { token, expiresAt: context.clock.now() + renewed * 1000 };
      }
    } catch (error) {
      if (!signal.aborted) context.log(`Vault sign-in: not renewed (${codeOf(error)}).`);
    }
  }

  /** Seconds of the new lease; 0 when Vault does not renew it. Transient trouble is tried again while it lasts. */
  async #renew(token: VaultToken, signal: AbortSignal): Promise<number> {
    const { client, context } = this.#input;
    for (let pause = 1000; ; pause *= 2) {
      try {
        const answer = await client.call({
          method: 'POST',
          path: 'auth/token/renew-self',
          body: {},
          token: token.value,
          signal,
        });
        if (answer.status < 500 && answer.status !== 429) {
          if (answer.status !== 200) return 0;
          return numberField(fields(answer.body)['auth'], 'lease_duration') ?? 0;
        }
      } catch (error) {
        if (signal.aborted || !(error instanceof Problem) || error.retry !== 'automatic') throw error;
      }
      const left = (this.#session?.expiresAt ?? 0) - context.clock.now();
      if (left <= pause) return 0;
      await context.clock.sleep(pause, signal);
    }
  }

  /** A user's own token cannot be replaced, and a browser is not opened behind the user's back. */
  async #replace(token: VaultToken, signal: AbortSignal): Promise<void> {
    const { configuration, context } = this.#input;
    if (!token.isObtained || configuration.authMethod === 'oidc') {
      context.log(`Vault sign-in: ${token.origin} cannot be renewed any further.`);
      return;
    }
    context.log('Vault sign-in: signing in anew, since the token cannot be renewed any further.');
    await this.#signIn(signal);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Problem ? error.code : 'unexpected';
}
