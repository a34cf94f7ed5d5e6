import type { Environment } from '../../environment.ts';
import { textField } from '../transport/fields.ts';
import type { AwsProfile } from './profile.ts';

interface EndpointOptions {
  readonly endpoint?: string;
  readonly ignoreConfiguredEndpointUrls?: boolean;
  readonly useFipsEndpoint: boolean;
  readonly useDualstackEndpoint: boolean;
}

/**
 * Where a client of the SDK calls, as Python's SDK has it: `endpoint`, or which of AWS's own. Anything but "true", in
 * either case, is false there, and an endpoint of one's own has no variants; the SDK of JavaScript knows only "true" and
 * "false", and fails with both.
 */
export function endpointOptions(
  endpoint: string | undefined,
  environment: Environment,
  profile: AwsProfile,
): EndpointOptions {
  if (endpoint !== undefined) return { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false };
  return {
    ...(isIgnoringEndpoints(environment, profile) && { ignoreConfiguredEndpointUrls: true }),
    useFipsEndpoint: isOn('use_fips_endpoint', environment, profile),
    useDualstackEndpoint: isOn('use_dualstack_endpoint', environment, profile),
  };
}

/** Whether no endpoint counts that variables and files name. */
export function isIgnoringEndpoints(environment: Environment, profile?: AwsProfile): boolean {
  return isOn('ignore_configured_endpoint_urls', environment, profile);
}

/** The variable comes before the profile, also where it says no. */
function isOn(name: string, environment: Environment, profile: AwsProfile | undefined): boolean {
  return isTrue(textField(environment, `AWS_${name.toUpperCase()}`) ?? profile?.values.get(name));
}

/** Whether STS is called at its one global address in place of the region's. */
export function isGlobalSts(environment: Environment, { values }: AwsProfile): boolean {
  const mode = textField(environment, 'AWS_STS_REGIONAL_ENDPOINTS') ?? values.get('sts_regional_endpoints');
  return mode?.toLowerCase() === 'legacy';
}

export function isMetadataOff(environment: Environment): boolean {
  return isTrue(environment['AWS_EC2_METADATA_DISABLED']);
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true';
}
