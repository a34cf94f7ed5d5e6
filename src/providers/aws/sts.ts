import { getDefaultRoleAssumer, getDefaultRoleAssumerWithWebIdentity } from '@aws-sdk/client-sts';
import type { STSClient } from '@aws-sdk/client-sts';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Environment } from '../../environment.ts';
import { textField } from '../transport/fields.ts';
import { approvedOnly, beforeSigning } from './approved-host.ts';
import type { HttpProxyWay } from '../transport/plain-http.ts';
import type { AwsConfiguration } from './configuration.ts';
import type { AwsProfile } from './profile.ts';
import { endpointOptions, isGlobalSts } from './switches.ts';

type StsConfiguration = NonNullable<ConstructorParameters<typeof STSClient>[0]>;
type StsPlugin = NonNullable<Parameters<typeof getDefaultRoleAssumer>[1]>[number];
type Transport = Pick<SdkConfiguration, 'maxAttempts' | 'requestHandler'>;
type SdkConfiguration = NonNullable<ConstructorParameters<typeof SecretsManagerClient>[0]>;

/** What decides how AWS is called. */
export interface AwsWay {
  readonly configuration: AwsConfiguration;
  readonly environment: Environment;
  readonly transport: Transport;
  readonly profile: AwsProfile;
  readonly region: string | undefined;
  readonly httpProxy: HttpProxyWay;
}

/** How STS is called, whoever needs it: at the approved endpoint or at AWS, in the region of the secret. */
export interface Sts {
  readonly clientConfig: StsConfiguration;
  readonly clientPlugins: StsPlugin[];
}

export function stsOf({ configuration, environment, transport, profile, region, httpProxy }: AwsWay): Sts {
  const approved = stsEndpointOf(configuration, environment) ?? configuration.environmentStsEndpoint;
  return {
    clientConfig: {
      ...transport,
      ...(region !== undefined && { region }),
      ...endpointOptions(approved, environment, profile),
      useGlobalEndpoint: isGlobalSts(environment, profile),
    },
    // Refuses what would be sent elsewhere, before it is signed.
    clientPlugins: [
      { applyToStack: (stack) => stack.add(approvedOnly('sts', approved, httpProxy), beforeSigning) },
    ],
  };
}

/**
 * For roles that the user's files name. The SDK would otherwise call STS in the region of the profile, and at whatever
 * endpoint the files name.
 */
export function roleAssumers({ clientConfig, clientPlugins }: Sts): {
  readonly roleAssumer: ReturnType<typeof getDefaultRoleAssumer>;
  readonly roleAssumerWithWebIdentity: ReturnType<typeof getDefaultRoleAssumerWithWebIdentity>;
} {
  return {
    roleAssumer: getDefaultRoleAssumer(clientConfig, clientPlugins),
    roleAssumerWithWebIdentity: getDefaultRoleAssumerWithWebIdentity(clientConfig, clientPlugins),
  };
}

/** An endpoint that bears Secrets Manager's name (AWS's own and VPC endpoints do) cannot serve STS too. */
function stsEndpointOf({ endpoint }: AwsConfiguration, environment: Environment): string | undefined {
  if (endpoint === undefined || textField(environment, 'AWS_ENDPOINT_URL_STS') !== undefined)
    return undefined;
  const labels = URL.canParse(endpoint) ? new URL(endpoint).hostname.split('.') : [];
  return labels.some((label) => label.startsWith('secretsmanager')) ? undefined : endpoint;
}
