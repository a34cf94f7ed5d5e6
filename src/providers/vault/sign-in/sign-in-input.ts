import type { Secret } from '../../../secret.ts';
import type { FetchOptions, SourceContext } from '../../source.ts';
import type { VaultConfiguration } from '../configuration.ts';
import type { VaultClient } from '../client.ts';

/** What every sign-in method is given. */
export interface SignInInput {
  readonly client: VaultClient;
  readonly configuration: VaultConfiguration;
  readonly context: SourceContext;
}

/**
 * Who gave a token, which says how there can be another one, and that only one from a sign-in is revoked: the others are
 * the user's own.
 */
export type TokenGiver = 'signIn' | 'agent' | OwnTokenPlace;
export type OwnTokenPlace = 'entered' | 'variable' | 'file';

/** A token and what Vault says about it. */
export interface VaultToken {
  readonly value: Secret;
  /** 0 means that it does not expire. */
  readonly leaseSeconds: number;
  readonly isRenewable: boolean;
  readonly from: TokenGiver;
  /** For people: `the token in VAULT_TOKEN`. */
  readonly origin: string;
}

/** One way to get a token. Rejects with a `Problem`, or with the signal's reason once that is aborted. */
export type SignInMethod = (
  input: SignInInput,
  signal: AbortSignal,
  options: FetchOptions,
) => Promise<VaultToken>;
