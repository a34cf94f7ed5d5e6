import type { AdmittedRequest } from '../admission/admit-request.ts';
import type { ResponseHead } from '../http/response-head.ts';
import { hasUnusualBody } from './request-sender.ts';
import type { RequestSender } from './request-sender.ts';
import type { AfterResponse } from './response-relay.ts';

/** What becomes of the two connections after a response with this head. */
export function afterResponse(
  { line, fields }: AdmittedRequest,
  sender: RequestSender,
  head: ResponseHead,
  isDraining: boolean,
): AfterResponse {
  return {
    keepsUpstream: head.keepAlive && !hasUnusualBody(line.method, fields),
    // What is left of the request is not waited for.
    closesClient: isDraining || fields.close || !sender.isWhole || head.framing.kind === 'close',
  };
}
