import * as l10n from '@vscode/l10n';
import { quoted, storeCertificatesField } from '../facts.ts';
import type { DestinationFields } from '../facts.ts';
import type { AwsConfiguration } from './configuration.ts';

/** What the user approves, in the order in which a person reads it. */
export const destinationFields: DestinationFields<AwsConfiguration> = {
  endpoint: {
    label: () => l10n.t('Endpoint'),
    text: ({ endpoint, environmentEndpoint }) =>
      endpoint === undefined && environmentEndpoint === undefined ? 'AWS' : undefined,
  },
  environmentEndpoint: { label: () => l10n.t('Endpoint from the environment') },
  environmentStsEndpoint: { label: () => l10n.t('STS endpoint from the environment') },
  environmentSsoEndpoint: { label: () => l10n.t('SSO endpoint from the environment') },
  environmentSsoOidcEndpoint: { label: () => l10n.t('SSO OIDC endpoint from the environment') },
  environmentSigninEndpoint: { label: () => l10n.t('Sign-in endpoint from the environment') },
  region: { label: () => l10n.t('Region'), text: orDefault(({ region }) => region) },
  secretId: { label: () => l10n.t('Secret') },
  versionStage: { label: () => l10n.t('Version stage') },
  versionId: { label: () => l10n.t('Version ID') },
  profile: {
    label: () => l10n.t('Sign-in to the secret store'),
    text: ({ profile, profileIsFromVariable }) => {
      if (profile === undefined) {
        return l10n.t('your default AWS credentials (environment, default profile, container or machine)');
      }
      return profileIsFromVariable
        ? l10n.t('the AWS keys in the environment, or else profile {0}', quoted(profile))
        : l10n.t('profile {0} of your AWS configuration', quoted(profile));
    },
  },
  profileIsFromVariable: {
    label: () => l10n.t('Keys in the environment come before the profile'),
    value: ({ profileIsFromVariable }) => (profileIsFromVariable ? 'yes' : ''),
    text: ({ profileIsFromVariable }) => (profileIsFromVariable ? l10n.t('yes') : undefined),
  },
  roleArn: { label: () => l10n.t('Role to assume') },
  externalId: { label: () => l10n.t('External ID') },
  roleSessionName: { label: () => l10n.t('Role session name') },
  roleDurationSeconds: { label: () => l10n.t('Role session in seconds') },
  storeCertificates: storeCertificatesField,
  variables: 'eachByItself',
};

function orDefault(
  field: (source: AwsConfiguration) => string | undefined,
): (source: AwsConfiguration) => string | undefined {
  return (source) =>
    field(source) === undefined ? l10n.t('the default of your AWS configuration') : undefined;
}
