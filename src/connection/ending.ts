import type { CloseOptions } from '../providers/source.ts';
import type { StopOptions } from './local-proxy-options.ts';

/**
 * What the end of a connection left undone: a sign-in that its secret store did not take back, what is stored and could
 * not be deleted, or something else that the log names.
 */
export type Undone = 'signIn' | 'record' | 'other';

/** How a connection ended. */
export type Ended =
  { readonly kind: 'ended' } | { readonly kind: 'partly'; readonly undone: readonly Undone[] };

/** What is known of an end when nobody is to wait for it any longer. */
export type Ending = Ended | { readonly kind: 'underWay'; readonly outcome: Promise<Ended> };

export interface UndoneOptions {
  /** Told of each thing, which is logged already. */
  readonly undone?: (what: Undone) => unknown;
}

export type EndOptions = StopOptions & CloseOptions & UndoneOptions;

/** Options of an end that notes what is left, and what came of it. */
export function notedEnd(forAll: boolean): { readonly options: EndOptions; readonly ended: () => Ended } {
  const all = new Set<Undone>();
  const undone = (what: Undone): unknown => all.add(what);
  return {
    options: { revoke: true, forAll, undone, notGivenBack: () => undone('signIn') },
    ended: () => (all.size === 0 ? { kind: 'ended' } : { kind: 'partly', undone: [...all] }),
  };
}
