import * as l10n from '@vscode/l10n';
import { Problem } from '../../problem.ts';
import type { Secret } from '../../secret.ts';
import { unattended } from '../source.ts';
import type { CloseOptions, FetchOptions } from '../source.ts';
import { fields, numberField } from '../transport/fields.ts';
import { methods } from './methods.ts';
import { isAboutToken } from './response.ts';
import { serverProblem } from './server-problem.ts';
import { abortable } from '../transport/abortable.ts';
import { KeptSignIn } from './kept-sign-in.ts';
import type { Session } from './kept-sign-in.ts';
import type { SignInInput, VaultToken } from './sign-in/sign-in-input.ts';
import { signIn } from './sign-in/sign-in.ts';
import { lookUpToken, namespaceIn, rejectedToken } from './sign-in/token.ts';

/** Of the first lease; a shorter one is not worth renewing: Vault has capped it at the token's maximum TTL. */
const minRenewalShare = 0.2;
const revokeTimeoutMs = 3000;
/** For the response to a sign-in that is under way when all ends: the token in it is to be revoked. */
const lastResponseMs = 1000;

/**
 * Keeps one sign-in to Vault alive: renews at two thirds of the lease with some jitter, and signs in again when the
 * lease can no longer be extended, before anything fails.
 */
export class VaultSession {
  readonly #input: SignInInput;
  readonly #kept: KeptSignIn;
  readonly #closing = new AbortController();
  #session: Session | undefined;
  /** What it may not do, another sign-in as the same user may be allowed to. */
  #isDoubted = false;
  #signingIn: Promise<Session> | undefined;
  #tokenNamespace: string | null | undefined;
  /** Stops renewing a session that was replaced. */
  #renewal: AbortController | undefined;

  constructor(input: SignInInput) {
    this.#input = input;
    this.#kept = new KeptSignIn(input);
  }

  /** A token that is valid now by its lease. */
  async token(signal: AbortSignal, options: FetchOptions): Promise<Secret> {
    const held = this.#session;
    const isValid = held !== undefined && this.#input.context.clock.now() < held.expiresAt;
    if (isValid && !this.#isToBeReplaced(options)) return held.token.value;
    if (isValid) await this.#kept.delete();
    return (await this.#signIn(signal, options)).token.value;
  }

  /** The token is good, but not for what it was used for: the next one may be. */
  doubt(): void {
    this.#isDoubted = true;
  }

  /** Where the token of the last denied call is from, as `namespaceIn`; `undefined` where Vault was not asked. */
  get tokenNamespace(): string | null | undefined {
    return this.#tokenNamespace;
  }

  #isToBeReplaced({ isAttended }: FetchOptions): boolean {
    const method = methods[this.#input.configuration.authMethod];
    return this.#isDoubted && method.isRepeatable && (isAttended || !method.isAttended);
  }

  /**
   * Finds out whether a denied call was the token's fault. If so, a token from a sign-in is replaced and `true` says
   * "try again", while a user's own token is a `Problem`. `false`: the token is good.
   */
  async recover(deniedToken: Secret, signal: AbortSignal, options: FetchOptions): Promise<boolean> {
    const held = this.#session;
    this.#tokenNamespace = undefined;
    if (held && !held.token.value.equals(deniedToken)) return true;
    const { client } = this.#input;
    const response = await lookUpToken(client, deniedToken, signal);
    if (!isAboutToken(response)) {
      const trouble = await serverProblem(response, client, signal);
      // Only what passes: a gateway may let nobody ask.
      if (trouble?.retry === 'automatic') throw trouble;
      this.#tokenNamespace = namespaceIn(response);
      return false;
    }
    this.#session = undefined;
    await this.#kept.delete();
    // An agent may have another by now, and says so itself where it has none.
    const from = held?.token.from ?? 'signIn';
    if (from !== 'signIn' && from !== 'agent') throw rejectedToken(from);
    await this.#signIn(signal, options);
    return true;
  }

  async close({ revoke, notGivenBack }: CloseOptions): Promise<void> {
    this.#closing.abort(new Error('closed'));
    // A sign-in that is just ending may have received a token.
    await this.#signingIn?.catch(() => undefined);
    const token = this.#session?.token ?? (revoke ? (await this.#kept.load())?.token : undefined);
    this.#session = undefined;
    if (token === undefined || (this.#kept.isKept && !revoke)) return;
    if (!(await this.#revoke(token))) notGivenBack?.();
    await this.#kept.delete();
  }

  /** Whether nothing of a sign-in is left. Never rejects: a failure is logged. */
  async #revoke(token: VaultToken): Promise<boolean> {
    if (token.from !== 'signIn') return true;
    let reason: string;
    try {
      const response = await this.#input.client.call({
        method: 'POST',
        path: 'auth/token/revoke-self',
        body: {},
        token: token.value,
        signal: AbortSignal.timeout(revokeTimeoutMs),
      });
      // A token that is not valid any more is as good as revoked.
      if (response.status < 300 || isAboutToken(response)) return true;
      reason = String(response.status);
    } catch (error) {
      reason = codeOf(error);
    }
    this.#input.context.log(
      l10n.t('Vault: the token was not revoked ({0}); it stays valid until its lease ends.', reason),
    );
    return false;
  }

  async #signIn(signal: AbortSignal, options: FetchOptions): Promise<Session> {
    this.#signingIn ??= this.#resumeOrSignIn(signal, options).finally(() => {
      this.#signingIn = undefined;
    });
    const signingIn = this.#signingIn;
    // Whoever does not wait for it any longer sees its outcome nowhere.
    signingIn.catch(() => undefined);
    return abortable(signingIn, AbortSignal.any([signal, this.#closing.signal]));
  }

  async #resumeOrSignIn(signal: AbortSignal, options: FetchOptions): Promise<Session> {
    const kept = await this.#kept.load();
    if (kept !== undefined) return this.#adopt(kept.token, kept.expiresAt);
    const { token, expiresAt } = await this.#newSession(signal, options);
    const held = this.#session;
    const replaced = held && this.#input.context.clock.now() < held.expiresAt ? held.token : undefined;
    const session = this.#adopt(token, expiresAt);
    await this.#kept.save(session);
    // Readers that still have it are denied, and read again with the new one.
    if (replaced !== undefined) await this.#revoke(replaced);
    return session;
  }

  /** A response that is under way when all ends is waited for a moment: without it, its token could not be revoked. */
  async #newSession(signal: AbortSignal, options: FetchOptions): Promise<Session> {
    const { clock } = this.#input.context;
    const limit = new AbortController();
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    const abort = (): void => limit.abort(ended.reason);
    const { isAttended } = methods[this.#input.configuration.authMethod];
    let timer: NodeJS.Timeout | undefined;
    const end = (): void => {
      if (isAttended) abort();
      else timer = setTimeout(abort, lastResponseMs);
    };
    ended.addEventListener('abort', end, { once: true });
    if (ended.aborted) abort();
    try {
      const token = await signIn(this.#input, limit.signal, options);
      const { leaseSeconds } = token;
      return { token, expiresAt: leaseSeconds === 0 ? Infinity : clock.now() + leaseSeconds * 1000 };
    } finally {
      clearTimeout(timer);
      ended.removeEventListener('abort', end);
    }
  }

  #adopt(token: VaultToken, expiresAt: number): Session {
    const session = { token, expiresAt };
    this.#session = session;
    this.#isDoubted = false;
    this.#renewal?.abort(new Error('replaced'));
    this.#renewal = new AbortController();
    if (token.leaseSeconds > 0 && !this.#closing.signal.aborted) {
      void this.#keepAlive(session, AbortSignal.any([this.#closing.signal, this.#renewal.signal]));
    }
    return session;
  }

  /** Never rejects: a failure is logged, and the next reading signs in again. */
  async #keepAlive({ token, expiresAt }: Session, signal: AbortSignal): Promise<void> {
    const { context } = this.#input;
    let lease = Math.max(0, expiresAt - context.clock.now()) / 1000;
    try {
      for (;;) {
        await context.clock.sleep(lease * 1000 * (2 / 3) * (1 - 0.1 * context.random()), signal);
        const renewed = token.isRenewable ? await this.#renew(token, signal) : 0;
        if (renewed < token.leaseSeconds * minRenewalShare) {
          await this.#replace(token, signal);
          return;
        }
        lease = renewed;
        this.#session = { token, expiresAt: context.clock.now() + renewed * 1000 };
        await this.#kept.save(this.#session);
      }
    } catch (error) {
      if (!signal.aborted) context.log(l10n.t('Vault: the token was not renewed ({0}).', codeOf(error)));
    }
  }

  /** Seconds of the new lease; 0 when Vault does not renew it. Transient trouble is retried while the lease lasts. */
  async #renew(token: VaultToken, signal: AbortSignal): Promise<number> {
    const { client, context } = this.#input;
    for (let pauseMs = 1000; ; pauseMs *= 2) {
      try {
        const response = await client.call({
          method: 'POST',
          path: 'auth/token/renew-self',
          body: {},
          token: token.value,
          signal,
        });
        if (response.status < 500 && response.status !== 429) {
          if (response.status !== 200) return 0;
          return numberField(fields(response.body)['auth'], 'lease_duration') ?? 0;
        }
      } catch (error) {
        if (signal.aborted || !(error instanceof Problem) || error.retry !== 'automatic') throw error;
      }
      const leftMs = (this.#session?.expiresAt ?? 0) - context.clock.now();
      if (leftMs <= pauseMs) return 0;
      await context.clock.sleep(pauseMs, signal);
    }
  }

  /** A user's own token cannot be replaced, and a browser is not opened behind the user's back. */
  async #replace(token: VaultToken, signal: AbortSignal): Promise<void> {
    const { configuration, context } = this.#input;
    if (token.from !== 'signIn' || methods[configuration.authMethod].isAttended) {
      context.log(l10n.t('Vault: {0} can no longer be renewed.', token.origin));
      return;
    }
    context.log(l10n.t('Vault: {0} can no longer be renewed; signing in again.', token.origin));
    await this.#signIn(signal, unattended);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Problem ? error.code : 'unexpected';
}
