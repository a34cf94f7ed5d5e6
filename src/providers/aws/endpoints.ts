import type { Environment } from '../../environment.ts';
import { textField } from '../transport/fields.ts';
import type { AwsConfiguration } from './configuration.ts';
import type { AwsProfile } from './profile.ts';
import { isIgnoringEndpoints } from './switches.ts';

type Endpoints = Pick<AwsConfiguration, 'environmentEndpoint' | 'environmentStsEndpoint'>;
type SignInEndpoints = Pick<AwsConfiguration, 'environmentSignInEndpoints'>;

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
    environmentSignInEndpoints: isIgnored ? undefined : signInEndpointsOf(environment),
  };
}

/** Of the services that the SDK signs in at by itself, where a profile says so; the variable for all counts for them, too. */
const signInVariables = ['', '_SSO', '_SSO_OIDC', '_SIGNIN'].map((service) => `AWS_ENDPOINT_URL${service}`);

function signInEndpointsOf(environment: Environment): Readonly<Record<string, string>> | undefined {
  const found = signInVariables.flatMap((name) => {
    const endpoint = textField(environment, name);
    return endpoint === undefined ? [] : [[name, endpoint] as const];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
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
