import type { CloseOptions, FetchOptions } from '../providers/source.ts';
import { Problem } from '../problem.ts';
import type { Secret } from '../secret.ts';

/** A header's value and its times, wall-clock milliseconds. */
export interface ResolvedHeader {
  readonly value: Secret;
  /** Grows by one whenever the value changes. */
  readonly version: number;
  /** From here on it should be fetched again while it is in use. */
  readonly refreshAt: number;
  /** From here on it must not be used. */
  readonly expiresAt: number;
  readonly fetchedAt: number;
  readonly enteredAt?: number | undefined;
  readonly storeVersion: string | undefined;
  /** Why it could not be refreshed, while the last good one is served. */
  readonly problem: Problem | undefined;
}

/** What became of a version before it was rejected. */
export interface BeforeRejection {
  readonly wasAccepted: boolean;
}

/**
 * The secret of one connection. Every failure is a `Problem`, and logged once, where it happens; calls made at once
 * share one fetch.
 */
export interface SecretResolver {
  /** A value that may be used now. Without options, here and below, nobody is there. */
  get(options?: FetchOptions): Promise<ResolvedHeader>;
  /** Fetches now, whatever is held. */
  refresh(options?: FetchOptions): Promise<ResolvedHeader>;
  /** The tracking server rejected this version: fetches once for it, where the store may have another. */
  rejected(version: number, before?: BeforeRejection): Promise<ResolvedHeader>;
  /** Ends a fetch under way. With `revoke`, nothing is kept, and what the source signed in for is given back. */
  close(options: CloseOptions): Promise<void>;
}

/** The same resolver, whose problems are told in other words. */
export function withProblems(
  resolver: SecretResolver,
  inOtherWords: (problem: Problem) => Problem,
): SecretResolver {
  const retold = async (work: Promise<ResolvedHeader>): Promise<ResolvedHeader> =>
    work.catch((error: unknown) => {
      throw error instanceof Problem ? inOtherWords(error) : error;
    });
  return {
    get: async (options) => retold(resolver.get(options)),
    refresh: async (options) => retold(resolver.refresh(options)),
    rejected: async (version, before) => retold(resolver.rejected(version, before)),
    close: async (options) => resolver.close(options),
  };
}
