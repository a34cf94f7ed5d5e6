import type { ProblemCode } from '../problem.ts';
import type { DenialReason } from './messages.ts';

/** By why a request was not let in: the code that Python, the status bar and the diagnosis have for it. */
export const denialCodes = {
  'no-token': 'proxy.noToken',
  'wrong-token': 'proxy.wrongToken',
  host: 'proxy.host',
  origin: 'proxy.otherOrigin',
  'fetch-site': 'proxy.otherOrigin',
  forwarded: 'proxy.forwarded',
  'other-user': 'proxy.otherUser',
  'other-server': 'proxy.otherServer',
  'outside-base-path': 'proxy.outsideBasePath',
  malformed: 'proxy.malformedRequest',
  limit: 'proxy.tooManyConnections',
} as const satisfies Record<DenialReason, ProblemCode>;
