import type { Environment } from '../environment.ts';
import type { Secret } from '../secret.ts';
import type { ProviderId } from '../settings/manifest.ts';

/** What a store answered. */
export interface FetchedSecret {
  /** The secret as the store holds it; `parseSecret` reads it. */
  readonly text: Secret;
  /** The store's own version, for people: `3`, a version id. */
  readonly version: string | undefined;
  /** Wall-clock milliseconds after which the store's own lease ends. */
  readonly expiresAt: number | undefined;
  /** When a person entered it, where one did and that is known. */
  readonly enteredAt?: number | undefined;
}

export interface FetchOptions {
  /**
   * Whether a person who is there has asked for it. Only then may a sign-in open the browser or ask a question; without
   * one, a sign-in that needs it is a `Problem` that says so.
   */
  readonly isAttended: boolean;
}

/** What requests, timers and reloads fetch with. */
export const unattended: FetchOptions = { isAttended: false };

/** What a command that a person runs fetches with. */
export const attended: FetchOptions = { isAttended: true };

/** Milliseconds that a call for which nobody has to sign in may take as a whole. */
export const unattendedDeadlineMs = 20_000;

/** A secret as the store lists it; its value is not read. */
export interface ListedSecret {
  /** What the setting of the secret's name or path is to be. */
  readonly name: string;
  /** For people, in the store's words. */
  readonly about: string | undefined;
}

/** What a sign-in may see of the store. */
export type SecretNames =
  | {
      readonly kind: 'listed';
      readonly secrets: readonly ListedSecret[];
      /** There may be more. */
      readonly isCutOff: boolean;
      /** As whom the store knows the sign-in, in its words. */
      readonly identity: string | undefined;
    }
  /** `denied`: the sign-in may not list secrets. `notAsked`: it is none that can be used just for a look. */
  | { readonly kind: 'denied' | 'notAsked' };

export interface CloseOptions {
  readonly revoke: boolean;
  /** What was signed in for could not be given back; that is logged already. */
  readonly notGivenBack?: () => unknown;
}

/**
 * One configured place to read one secret from. Signs in when it has to and keeps the sign-in alive.
 * Every failure is a `Problem`; an aborted signal rejects with the signal's reason, promptly.
 */
export interface SecretSource {
  /** Without options, nobody is there. */
  fetch(signal: AbortSignal, options?: FetchOptions): Promise<FetchedSecret>;
  /** Asks the store what it is, without a sign-in; resolves to a sentence. */
  greet?(signal: AbortSignal): Promise<string>;
  /** The names of the secrets that are there, whichever is configured; nobody is asked to sign in for it. */
  names?(signal: AbortSignal): Promise<SecretNames>;
  /** The secret stores that the sign-in may see, by what their setting is to be, whichever is configured; as above. */
  stores?(signal: AbortSignal): Promise<SecretNames>;
  /**
   * Ends renewal, and gives back what this source itself signed in for (never a user's own token). Without `revoke`, a
   * sign-in that is kept over a reload is not given back.
   */
  close(options: CloseOptions): Promise<void>;
}

/** Under which name a secret that a sign-in needs is kept; each provider has its own: `vault.token`. */
export type BootstrapName = `${ProviderId}.${string}`;

/**
 * The sign-in secrets of one approved destination. They are kept under the origin that they are for, so
 * that changed settings cannot send them elsewhere.
 */
export interface BootstrapSecrets {
  get(name: BootstrapName): Promise<Secret | undefined>;
  /** When it was entered; wall-clock milliseconds. Left out: nobody knows. */
  enteredAt?(name: BootstrapName): Promise<number | undefined>;
  set(name: BootstrapName, value: Secret): Promise<void>;
  delete(name: BootstrapName): Promise<void>;
}

/** An encrypted place for one text. */
export interface TextStorage {
  load(): Promise<string | undefined>;
  /** Wall-clock milliseconds; from `until` on, it is deleted. */
  save(text: string, times: { readonly since: number; readonly until: number }): Promise<void>;
  delete(): Promise<void>;
}

export interface Clock {
  /** Wall-clock milliseconds; it may jump when a machine slept. */
  now(): number;
  /** Resolves after `ms`, rejects with the signal's reason when aborted. Does not keep the process alive. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** What the editor lends to a source. */
export interface SourceContext {
  readonly bootstrap: BootstrapSecrets;
  /** Where a sign-in that needed a person is kept over a reload; left out: nowhere. */
  readonly signInStorage?: TextStorage;
  readonly environment: Environment;
  readonly homeFolder: string;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** PEM certificates to trust beside the system's, from the user's CA file. */
  readonly extraCertificates: readonly string[];
  /** Those of them that the user's own file has: they count also where a variable says which ones alone are trusted. */
  readonly userCertificates?: readonly string[];
  /** Whether the HTTP proxy that others than the user name, if any, is the approved one now. Left out: it names none. */
  readonly isHttpProxyApproved?: () => boolean;
  /** Whether `http.proxy` names one now, which comes before the variables. Left out: it does not. */
  readonly isHttpProxySet?: () => boolean;
  readonly log: (line: string) => void;
  /** Opens the browser for a sign-in; false when the user declined. */
  readonly openExternal: (url: string) => Promise<boolean>;
  /** The editor's own Microsoft session; undefined where the user would have to be asked, or declined. */
  readonly microsoftToken: (
    scopes: readonly string[],
    options: FetchOptions & { readonly tenantId: string | undefined },
  ) => Promise<{ readonly token: Secret; readonly expiresAt: number } | undefined>;
}
