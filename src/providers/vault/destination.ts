import * as l10n from '@vscode/l10n';
import type { ClientCertificateFiles } from '../../network/client-certificate.ts';
import { isUnencryptedRemote } from '../../network/loopback.ts';
import type { VaultAuthMethod } from '../../settings/manifest.ts';
import { quoted, storeCertificatesField } from '../facts.ts';
import type { DestinationFields } from '../facts.ts';
import type { VaultConfiguration } from './configuration.ts';
import { methods } from './methods.ts';

/** What the user approves, in the order in which a person reads it. */
export const destinationFields: DestinationFields<VaultConfiguration> = {
  address: {
    label: () => l10n.t('Endpoint'),
    text: ({ address }) =>
      isUnencryptedRemote(address)
        ? l10n.t('{0} (not encrypted: anyone on the network can read it)', address)
        : undefined,
  },
  ambientIsAllowed: {
    label: () => l10n.t('Credential for Vault'),
    value: ({ ambientIsAllowed }) => (ambientIsAllowed ? 'ambient' : 'entered'),
    text: credentialSent,
  },
  namespace: { label: () => l10n.t('Namespace') },
  mount: { label: () => l10n.t('Mount') },
  path: { label: () => l10n.t('Secret') },
  version: { label: () => l10n.t('Version') },
  authMethod: {
    label: () => l10n.t('Sign-in method'),
    text: ({ authMethod }) => methods[authMethod].label(),
  },
  authMount: { label: () => l10n.t('Mount of the sign-in method') },
  roleId: { label: () => l10n.t('AppRole role ID') },
  username: { label: () => l10n.t('User name') },
  oidcRole: { label: () => l10n.t('Single sign-on role') },
  storeCertificates: storeCertificatesField,
  storeClientCertificate: {
    label: () => l10n.t('Client certificate for Vault'),
    text: ({ storeClientCertificate }) => storeClientCertificate && filesInWords(storeClientCertificate),
  },
  tlsServerName: { label: () => l10n.t('Name in the certificate of Vault') },
};

function filesInWords({ certFile, keyFile }: ClientCertificateFiles): string {
  return keyFile === undefined
    ? quoted(certFile)
    : l10n.t('{0} with the key in {1}', quoted(certFile), quoted(keyFile));
}

const credentials: Readonly<Record<VaultAuthMethod, { ambient: () => string; typed: () => string }>> = {
  token: {
    ambient: () =>
      l10n.t('your Vault token (the first found: entered in VS Code, VAULT_TOKEN, ~/.vault-token)'),
    typed: () => l10n.t('a Vault token that you enter for this address'),
  },
  approle: {
    ambient: () => l10n.t('your AppRole secret ID (the first found: entered in VS Code, VAULT_SECRET_ID)'),
    typed: () => l10n.t('an AppRole secret ID that you enter for this address'),
  },
  userpass: { ambient: password, typed: password },
  ldap: { ambient: password, typed: password },
  oidc: { ambient: browser, typed: browser },
  agent: { ambient: agent, typed: agent },
};

function password(): string {
  return l10n.t('a password that you enter for this address');
}

function agent(): string {
  return l10n.t('nothing: the Vault Agent at this address signs in as itself');
}

function browser(): string {
  return l10n.t('your sign-in in the browser');
}

/** Which credential leaves this machine. */
function credentialSent({ authMethod, ambientIsAllowed }: VaultConfiguration): string {
  const { ambient, typed } = credentials[authMethod];
  return ambientIsAllowed ? ambient() : typed();
}
