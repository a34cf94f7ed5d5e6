import * as l10n from '@vscode/l10n';
import { quoted } from '../facts.ts';
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
  region: { label: () => l10n.t('Region'), text: orDefault(({ region }) => region) },
  secretId: { label: () => l10n.t('Secret') },
  versionStage: { label: () => l10n.t('Version stage') },
  versionId: { label: () => l10n.t('Version ID') },
  profile: {
    label: () => l10n.t('Signed in as'),
    text: ({ profile }) =>
      profile === undefined
        ? l10n.t('your default AWS credentials (environment, default profile, container or machine)')
        : l10n.t('profile {0} of your AWS configuration', quoted(profile)),
  },
  roleArn: { label: () => l10n.t('Role to assume') },
  externalId: { label: () => l10n.t('External ID') },
  roleSessionName: { label: () => l10n.t('Role session name') },
  roleDurationSeconds: { label: () => l10n.t('Role session in seconds') },
};

function orDefault(
  field: (source: AwsConfiguration) => string | undefined,
): (source: AwsConfiguration) => string | undefined {
  return (source) =>
    field(source) === undefined ? l10n.t('the default of your AWS configuration') : undefined;
}
