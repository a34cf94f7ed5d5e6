import * as l10n from '@vscode/l10n';
import type { Problem } from '../../problem.ts';
import { textField } from '../transport/fields.ts';
import { awsProblem } from './problem.ts';
import { openSetting } from '../transport/fault.ts';

/** Parents of the host names of AWS's own services, in all its partitions. */
const awsDomains = [
  ...['amazonaws.com', 'amazonaws.com.cn', 'amazonaws.eu', 'api.aws', 'api.amazonwebservices.com.cn'],
  ...['c2s.ic.gov', 'csp.hci.ic.gov', 'sc2s.sgov.gov', 'cloud.adc-e.uk'],
];

/** Where a request has its host, and neither signature nor credentials yet. */
export const beforeSigning = { step: 'build', name: 'approvedHostOnly', override: true } as const;

interface Call {
  readonly request: unknown;
}

/**
 * Middleware of a client that throws for a request that does not go to the approved endpoint or, where none was approved,
 * to AWS. The SDK also takes endpoints from the user's files, which nobody was asked about.
 */
export function approvedOnly(
  endpoint: string | undefined,
): <C extends Call, R>(next: (call: C) => Promise<R>) => (call: C) => Promise<R> {
  return (next) => async (call) => {
    const hostname = textField(call.request, 'hostname') ?? '';
    if (!isApproved(hostname, endpoint)) throw notApproved(hostname);
    return next(call);
  };
}

function isApproved(hostname: string, endpoint: string | undefined): boolean {
  if (endpoint === undefined) return awsDomains.some((domain) => hostname.endsWith(`.${domain}`));
  return URL.canParse(endpoint) && new URL(endpoint).hostname === hostname;
}

function notApproved(hostname: string): Problem {
  return awsProblem({
    code: 'endpointNotApproved',
    message: l10n.t('The AWS configuration sends requests to {0}, which you have not approved.', hostname),
    remedy: l10n.t(
      'Set mlflowSecretsAuth.aws.endpoint to that endpoint, or remove endpoint_url from the AWS profile.',
    ),
    retry: 'afterFix',
    action: openSetting('aws.endpoint'),
  });
}
