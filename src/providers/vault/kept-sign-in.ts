import * as l10n from '@vscode/l10n';
import { Problem } from '../../problem.ts';
import { Secret } from '../../secret.ts';
import type { TextStorage } from '../source.ts';
import { methods } from './methods.ts';
import type { SignInInput, VaultToken } from './sign-in/sign-in-input.ts';

export interface Session {
  readonly token: VaultToken;
  /** Wall-clock milliseconds; `Infinity` for a token that does not expire. */
  readonly expiresAt: number;
}

/**
 * A sign-in that needed a person, kept over a reload: the browser would otherwise open at each. Any other is made again,
 * and not kept. A storage that fails is logged, and does not keep anybody from signing in.
 */
export class KeptSignIn {
  readonly #input: SignInInput;
  readonly #storage: TextStorage | undefined;
  #isKept = false;

  constructor(input: SignInInput) {
    this.#input = input;
    const { isAttended } = methods[input.configuration.authMethod];
    this.#storage = isAttended ? input.context.signInStorage : undefined;
  }

  /** Whether the next window finds what this one uses. */
  get isKept(): boolean {
    return this.#isKept;
  }

  async load(): Promise<Session | undefined> {
    return this.#use(async (storage) => {
      const text = await storage.load();
      const session = text === undefined ? undefined : read(text);
      if (session === undefined || this.#input.context.clock.now() >= session.expiresAt) {
        await storage.delete();
        return undefined;
      }
      this.#isKept = true;
      return session;
    });
  }

  /** What has no end is not kept: nothing would ever delete it. */
  async save({ token, expiresAt }: Session): Promise<void> {
    if (token.from !== 'signIn' || expiresAt === Infinity) return;
    const { leaseSeconds, isRenewable, origin } = token;
    const text = JSON.stringify({
      token: token.value.reveal(),
      ...{ leaseSeconds, isRenewable, origin, expiresAt },
    });
    await this.#use(async (storage) => {
      await storage.save(text, { since: this.#input.context.clock.now(), until: expiresAt });
      this.#isKept = true;
    });
  }

  async delete(): Promise<void> {
    this.#isKept = false;
    await this.#use(async (storage) => storage.delete());
  }

  async #use<T>(use: (storage: TextStorage) => Promise<T>): Promise<T | undefined> {
    const storage = this.#storage;
    if (storage === undefined) return undefined;
    try {
      return await use(storage);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#input.context.log(l10n.t('Vault: the sign-in could not be kept ({0}).', error.code));
      return undefined;
    }
  }
}

function read(text: string): Session | undefined {
  let stored: Readonly<Record<string, unknown>> | null;
  try {
    stored = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const { token, leaseSeconds, isRenewable, origin, expiresAt } = stored ?? {};
  if (typeof token !== 'string' || typeof leaseSeconds !== 'number' || typeof expiresAt !== 'number') {
    return undefined;
  }
  return {
    token: {
      value: new Secret(token),
      leaseSeconds,
      isRenewable: isRenewable === true,
      from: 'signIn',
      origin: typeof origin === 'string' ? origin : '',
    },
    expiresAt,
  };
}
