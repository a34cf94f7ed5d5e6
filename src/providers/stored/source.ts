import * as l10n from '@vscode/l10n';
import { Problem } from '../../problem.ts';
import type { FetchedSecret, SecretSource, SourceContext } from '../source.ts';

/** The credential that the user entered: plain text, or JSON with `username` and `password`. */
export function createStoredSource({ bootstrap }: Pick<SourceContext, 'bootstrap'>): SecretSource {
  return {
    fetch: async (signal): Promise<FetchedSecret> => {
      const text = await bootstrap.get('stored.credential');
      signal.throwIfAborted();
      if (text !== undefined) {
        const enteredAt = await bootstrap.enteredAt?.('stored.credential');
        return { text, version: undefined, expiresAt: undefined, enteredAt };
      }
      throw new Problem({
        code: 'stored.missing',
        message: l10n.t("VS Code's secret storage has no credential for this tracking server."),
        remedy: l10n.t('Run "MLflow: Sign In Again" and enter it.'),
        retry: 'purge',
        action: { kind: 'enterCredential', isSecret: true },
      });
    },
    close: async () => Promise.resolve(),
  };
}
