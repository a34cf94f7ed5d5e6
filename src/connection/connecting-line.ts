import * as l10n from '@vscode/l10n';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { providerOf } from '../providers/providers.ts';

/** For the log. */
export function connectingLine({ tracking, source }: ConnectionConfiguration): string {
  const { origin, basePath } = tracking;
  return l10n.t(
    'Connecting to {0} with a credential from {1}.',
    origin + basePath,
    providerOf(source).name(),
  );
}
