import type { AdmittedRequest } from '../admission/admit-request.ts';
import type { ReadHead } from '../upstream/read-response-head.ts';
import { headForBrowser } from './browser-head.ts';
import { hasUnusualBody } from './request-sender.ts';
import type { RequestSender } from './request-sender.ts';
import type { AfterResponse } from './response-relay.ts';

/** What becomes of the two connections after a response with this head, and the head as the client gets it. */
export function afterResponse(
  { line, fields, letInBy }: AdmittedRequest,
  sender: RequestSender,
  read: ReadHead,
  isDraining: boolean,
): AfterResponse {
  const { head } = read;
  // What is left of the request is not waited for.
  const closesClient = isDraining || fields.close || !sender.isWhole || head.framing.kind === 'close';
  const rewritten = closesClient ? read.rewrittenToClose : read.rewritten;
  return {
    keepsUpstream: head.keepAlive && !hasUnusualBody(line.method, fields),
    closesClient,
    head: letInBy === 'token' ? rewritten : headForBrowser(rewritten, letInBy === 'frame'),
  };
}
