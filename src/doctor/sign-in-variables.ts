import type { ProviderId } from '../configuration/configuration.ts';
import type { SignInSecret } from './evidence.ts';

/** Variables that a source's sign-in reads at use and that are, or lead to, a secret. */
const variables: Readonly<Record<ProviderId, readonly string[]>> = {
  vault: ['VAULT_TOKEN', 'VAULT_SECRET_ID'],
  aws: [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_SHARED_CREDENTIALS_FILE',
  ],
  azure: [
    'AZURE_TENANT_ID',
    'AZURE_CLIENT_ID',
    'AZURE_CLIENT_SECRET',
    'AZURE_CLIENT_CERTIFICATE_PATH',
    'AZURE_FEDERATED_TOKEN_FILE',
  ],
  stored: [],
};

/** Whether each is set: never what it says. */
export function signInVariables(
  provider: ProviderId,
  environment: Readonly<Record<string, string | undefined>>,
): readonly SignInSecret[] {
  return variables[provider].map((name) => ({
    name: `environment variable ${name}`,
    isSet: Boolean(environment[name]?.trim()),
  }));
}

/** Variables whose value is a secret; what they hold must not be in a report. */
export const secretVariables = [
  'VAULT_TOKEN',
  'VAULT_SECRET_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'MLFLOW_TRACKING_TOKEN',
  'MLFLOW_TRACKING_PASSWORD',
] as const;
