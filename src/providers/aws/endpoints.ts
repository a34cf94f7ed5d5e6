import type { Environment } from '../../environment.ts';
import { textField } from '../transport/fields.ts';
import type { AwsConfiguration } from './configuration.ts';
import type { AwsProfile } from './profile.ts';
import { isIgnoringEndpoints } from './switches.ts';

type Endpoints = Pick<AwsConfiguration, 'environmentEndpoint' | 'environmentStsEndpoint'>;
/** Of the services that the SDK signs in at by itself, where a profile says so. */
type SignInEndpoints = Pick<
  AwsConfiguration,
  'environmentSsoEndpoint' | 'environmentSsoOidcEndpoint' | 'environmentSigninEndpoint'
>;

/** The endpoints that the SDK takes from variables (AWS SDKs and Tools Reference Guide, service-specific endpoints). */
export function endpointsOf(environment: Environment): Endpoints & SignInEndpoints {
  const isIgnored = isIgnoringEndpoints(environment);
  const endpoint = (service: string): string | undefined =>
    isIgnored
      ? undefined
      : (textField(environment, `AWS_ENDPOINT_URL_${service}`) ?? textField(environment, 'AWS_ENDPOINT_URL'));
  return {
    environmentEndpoint: endpoint('SECRETS_MANAGER'),
    environmentStsEndpoint: endpoint('STS'),
    environmentSsoEndpoint: endpoint('SSO'),
    environmentSsoOidcEndpoint: endpoint('SSO_OIDC'),
    environmentSigninEndpoint: endpoint('SIGNIN'),
  };
}

/**
 * What is left of them beside the user's files: as for Python's SDK, a profile with `ignore_configured_endpoint_urls`
 * asks AWS itself, whatever variables say.
 */
export function endpointsBeside(
  { environmentEndpoint, environmentStsEndpoint }: Endpoints,
  environment: Environment,
  profile: AwsProfile,
): Endpoints {
  return isIgnoringEndpoints(environment, profile)
    ? { environmentEndpoint: undefined, environmentStsEndpoint: undefined }
    : { environmentEndpoint, environmentStsEndpoint };
}
