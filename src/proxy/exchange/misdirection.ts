import type { AdmittedRequest } from '../admission/admit-request.ts';
import { isOfInterface } from '../admission/browser-request.ts';
import type { DenialReason, ProxyResponse } from '../messages.ts';
import { denialResponse, noUpstream } from '../responses.ts';
import type { UpstreamAddress } from '../upstream/address.ts';

/** Why this tracking server must not get a request, which may have waited while another one was configured. */
export function misdirection(
  { upstreamId, line, letInBy }: AdmittedRequest,
  address: UpstreamAddress,
): Extract<DenialReason, 'other-server' | 'outside-base-path' | 'no-token'> | undefined {
  if (upstreamId !== address.id) return 'other-server';
  if (letInBy !== 'token' && !isOfInterface(line, address.basePath)) return 'no-token';
  return address.holds(line.target) ? undefined : 'outside-base-path';
}

/** What the client gets where the tracking server that is configured now must not get its request. */
export function obstacle(
  request: AdmittedRequest,
  address: UpstreamAddress | undefined,
): ProxyResponse | undefined {
  if (address === undefined) return noUpstream();
  const reason = misdirection(request, address);
  return reason === undefined ? undefined : denialResponse(reason);
}
