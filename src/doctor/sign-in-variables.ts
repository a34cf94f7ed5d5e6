import * as l10n from '@vscode/l10n';
import { providerOf, providers } from '../providers/providers.ts';
import type { ProviderId } from '../settings/manifest.ts';
import type { Environment } from '../environment.ts';
import type { SignInSecret } from './evidence.ts';

/** Whether each variable that the provider's sign-in reads is set: never what it says. */
export function signInVariables(provider: ProviderId, environment: Environment): readonly SignInSecret[] {
  return providerOf({ provider }).signInVariables.map((name) => ({
    name: l10n.t('environment variable {0}', name),
    isSet: Boolean(environment[name]?.trim()),
  }));
}

/** Variables whose value is a secret; what they hold must not be in a report. */
export function secretVariables(): readonly string[] {
  const ofProviders = providers.flatMap((provider) => provider.secretVariables);
  return [...ofProviders, 'MLFLOW_TRACKING_TOKEN', 'MLFLOW_TRACKING_PASSWORD'];
}
