import type { Environment } from '../../environment.ts';
import { textField } from '../transport/fields.ts';
import type { AwsConfiguration } from './configuration.ts';

type Endpoints = Pick<AwsConfiguration, 'environmentEndpoint' | 'environmentStsEndpoint'>;

/** The endpoints that the SDK takes from variables (AWS SDKs and Tools Reference Guide, service-specific endpoints). */
export function endpointsOf(environment: Environment): Endpoints {
  const isIgnored = environment['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']?.trim().toLowerCase() === 'true';
  const endpoint = (service: string): string | undefined =>
    isIgnored
      ? undefined
      : (textField(environment, `AWS_ENDPOINT_URL_${service}`) ?? textField(environment, 'AWS_ENDPOINT_URL'));
  return {
    environmentEndpoint: endpoint('SECRETS_MANAGER'),
    environmentStsEndpoint: endpoint('STS'),
  };
}
