import type { SecretSource } from '../../../src/providers/source.ts';

/** A source that fetches so, and has nothing to close. */
export function sourceOf(fetch: SecretSource['fetch']): SecretSource {
  return { fetch, close: async () => Promise.resolve() };
}
