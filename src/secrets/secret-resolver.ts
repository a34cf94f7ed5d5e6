import type { ResolvedHeader } from './resolver.ts';

/**
 * The secret of one connection. Every failure is a `Problem`, and logged once, where it happens; calls made at once
 * share one fetch.
 */
export interface SecretResolver {
  get(): Promise<ResolvedHeader>;
  refresh(): Promise<ResolvedHeader>;
  /** The tracking server rejected this version. */
  rejected(version: number): Promise<ResolvedHeader>;
  /** With `revoke`, what was signed in for is given back and nothing stays stored. */
  close(options: { readonly revoke: boolean }): Promise<void>;
}
