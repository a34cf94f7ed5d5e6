import { responsePrefix } from './messages.ts';
import type { ProxyResponse, DenialReason } from './messages.ts';
import type { Malformed } from './http/request-head.ts';

export function ownResponse(status: number, errorCode: string, sentence: string): ProxyResponse {
  return { status, errorCode, message: `${responsePrefix}${sentence}` };
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  417: 'Expectation Failed',
  424: 'Failed Dependency',
  431: 'Request Header Fields Too Large',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  505: 'HTTP Version Not Supported',
};

/**
 * The bytes of an answer of our own, in MLflow's JSON error form, after which the connection ends. There is no
 * `Retry-After`: MLflow's client would lose patience by it.
 */
export function responseBytes(answer: ProxyResponse, method: string): Buffer {
  const body = Buffer.from(JSON.stringify({ error_code: answer.errorCode, message: answer.message }));
  const extra = extraFields[answer.status] ?? '';
  const head =
    `HTTP/1.1 ${answer.status} ${reasons[answer.status] ?? 'Error'}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${body.length}\r\nCache-Control: no-store\r\n${extra}` +
    `Date: ${new Date().toUTCString()}\r\nConnection: close\r\n\r\n`;
  return method === 'HEAD' ? Buffer.from(head) : Buffer.concat([Buffer.from(head), body]);
}

const extraFields: Readonly<Record<number, string>> = {
  // Not Basic: a browser would ask its user for a password.
  401: 'WWW-Authenticate: Bearer realm="MLflow Secrets Auth"\r\n',
  405: 'Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n',
};

const tokenRemedy =
  'Open a new terminal, or restart the kernel, in the VS Code window that is connected to MLflow.';

export function denialResponse(reason: DenialReason): ProxyResponse {
  switch (reason) {
    case 'no-token':
      return ownResponse(401, 'UNAUTHENTICATED', `the request has no session token. ${tokenRemedy}`);
    case 'wrong-token':
      return ownResponse(401, 'UNAUTHENTICATED', `the session token is not valid (any more). ${tokenRemedy}`);
    case 'host':
      return forbidden('the request is for another host than this local proxy.');
    case 'origin':
    case 'fetch-site':
      return forbidden('web pages of other origins may not use this local proxy.');
    case 'forwarded':
      return forbidden('forwarded requests may not use this local proxy.');
    case 'malformed':
      return ownResponse(400, 'BAD_REQUEST', 'the request is malformed.');
    case 'limit':
      return ownResponse(503, 'TEMPORARILY_UNAVAILABLE', 'too many connections are open to the local proxy.');
  }
}

function forbidden(sentence: string): ProxyResponse {
  return ownResponse(403, 'PERMISSION_DENIED', sentence);
}

export function malformedRequest({ status, problem }: Malformed): ProxyResponse {
  return ownResponse(status, 'BAD_REQUEST', `${problem}.`);
}

export const headTooLarge: Malformed = { status: 431, problem: 'the head of the request is too large' };

export const headTooSlow = ownResponse(
  408,
  'REQUEST_TIMEOUT',
  'the head of the request did not come in time.',
);

export const noUpstream = ownResponse(
  424,
  'INVALID_STATE',
  'no tracking server is connected. Run "Connect MLflow" in VS Code.',
);

export const credentialLate = ownResponse(
  503,
  'TEMPORARILY_UNAVAILABLE',
  'the credential has not come from its store in time. "Show MLflow Connection" in VS Code tells why.',
);

export const rejectionLate = ownResponse(
  503,
  'TEMPORARILY_UNAVAILABLE',
  'the tracking server refused the credential, and its store has not said in time whether there is a new one.',
);

export const sendAgain = ownResponse(
  503,
  'TEMPORARILY_UNAVAILABLE',
  'the credential changed while this request was sent. Sent again, it carries the new one.',
);

export const unusableCredential = ownResponse(
  424,
  'INVALID_STATE',
  'the credential cannot be sent in a header. Check the secret, and mlflowSecretsAuth.header.name.',
);

export const malformedResponse = ownResponse(
  502,
  'BAD_GATEWAY',
  'the tracking server gave a malformed answer, which was not passed on.',
);

/** The request may have been processed, and must not be sent twice by us. */
export function connectionLost(host: string): ProxyResponse {
  return ownResponse(
    503,
    'TEMPORARILY_UNAVAILABLE',
    `${host} closed the connection before it answered. Look at the tracking server's log if it goes on.`,
  );
}
