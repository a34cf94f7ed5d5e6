import * as l10n from '@vscode/l10n';
import type { AzureSignIn } from '../../settings/manifest.ts';
import { storeCertificatesField } from '../facts.ts';
import type { DestinationFields } from '../facts.ts';
import type { AzureConfiguration } from './configuration.ts';

const signIns: Readonly<Record<AzureSignIn, () => string>> = {
  default: () =>
    l10n.t('your default Azure credential (environment, workload or managed identity, Azure CLI and others)'),
  vscode: () => l10n.t('your Microsoft account of VS Code'),
  managedIdentity: () => l10n.t('the managed identity of this machine'),
  azureCli: () => l10n.t('your account of the Azure CLI'),
  environment: () => l10n.t('the application that the environment variables of VS Code name'),
};

/** What the user approves, in the order in which a person reads it. */
export const destinationFields: DestinationFields<AzureConfiguration> = {
  vaultUrl: { label: () => l10n.t('Endpoint') },
  cloud: { label: () => l10n.t('Cloud') },
  secretName: { label: () => l10n.t('Secret') },
  secretVersion: { label: () => l10n.t('Version') },
  signIn: { label: () => l10n.t('Sign-in to the secret store'), text: ({ signIn }) => signIns[signIn]() },
  tenantId: { label: () => l10n.t('Tenant') },
  clientId: { label: () => l10n.t('Client ID') },
  authorityHost: { label: () => l10n.t('Sign-in service (AZURE_AUTHORITY_HOST)') },
  storeCertificates: storeCertificatesField,
  variables: 'eachByItself',
};
