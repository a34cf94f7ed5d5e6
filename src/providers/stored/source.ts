import { Problem } from '../../problem.ts';
import type { FetchedSecret, SecretSource, SourceContext } from '../source.ts';

/** The credential that the user typed into the editor: plain text, or JSON with `username` and `password`. */
export function createStoredSource({ bootstrap }: Pick<SourceContext, 'bootstrap'>): SecretSource {
  return {
    fetch: async (signal): Promise<FetchedSecret> => {
      const text = await bootstrap.get('storedCredential');
      signal.throwIfAborted();
      if (text !== undefined) return { text, version: undefined, expiresAt: undefined };
      throw new Problem({
        code: 'stored.missing',
        message: 'No credential for this tracking server is in the secret storage of VS Code.',
        remedy: 'Run "Enter MLflow Credential".',
        retry: 'purge',
        action: { kind: 'enterCredential' },
      });
    },
    close: async () => Promise.resolve(),
  };
}
