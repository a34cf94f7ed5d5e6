import * as l10n from '@vscode/l10n';
import { ownResponseField } from './http/header-names.ts';
import { malformedRequest } from './malformed-request.ts';
import type { DenialReason, ProxyResponse } from './messages.ts';
import type { ProblemCode } from '../problem.ts';
import { denialCodes } from './denial-codes.ts';
import { askForLog, lasting, ownResponse, passing } from './own-response.ts';
import type { OwnWords } from './own-response.ts';

/* eslint-disable house/sentences -- reason phrases of RFC 9110 are the protocol's, in every language. */
const reasonPhrases: Readonly<Record<number, string>> = {
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  417: 'Expectation Failed',
  421: 'Misdirected Request',
  424: 'Failed Dependency',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
};
/* eslint-enable house/sentences */

const extraFields: Readonly<Record<number, string>> = {
  // Not Basic: a browser would ask its user for a password.
  401: 'WWW-Authenticate: Bearer realm="MLflow Secrets Auth"\r\n',
  405: 'Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n',
};

/**
 * The bytes of a response of our own, in MLflow's JSON error form, after which the connection ends. There is no
 * `Retry-After`: with it, MLflow’s client would wait that long each time, not ever longer, and give up sooner.
 */
export function responseBytes(response: ProxyResponse, method: string): Buffer {
  const { status, errorCode, message, remedy, location } = response;
  const moved = location === undefined ? '' : `Location: ${location}\r\n`;
  const body = Buffer.from(JSON.stringify({ error_code: errorCode, message, remedy }));
  const head =
    `HTTP/1.1 ${status} ${reasonPhrases[status] ?? 'Error'}\r\nContent-Type: application/json\r\n` +
    `${ownResponseField}: 1\r\nContent-Length: ${body.length}\r\nCache-Control: no-store\r\n${extraFields[status] ?? ''}${moved}` +
    `Date: ${new Date().toUTCString()}\r\nConnection: close\r\n\r\n`;
  return method === 'HEAD' ? Buffer.from(head) : Buffer.concat([Buffer.from(head), body]);
}

/** After which the connection stays open: as long as it is, the client knows who listens. */
export const proofBytes = plainText;

/** For a browser; the window is to open it. */
export const ticketBytes = plainText;

function plainText(ascii: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${ascii.length}\r\n` +
      `Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n${ascii}`,
  );
}

/** To another origin; the browser keeps the fragment, which is where MLflow's links say what they are of. */
export function redirectBytes(location: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\nCache-Control: no-store\r\n` +
      'Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\r\n',
  );
}

export function denialResponse(reason: DenialReason): ProxyResponse {
  switch (reason) {
    case 'no-token':
      return unauthenticated(
        denialCodes[reason],
        l10n.t(
          'The request has no session token. Open a new terminal, or restart the kernel, in the VS Code window that is connected to MLflow.',
        ),
      );
    case 'wrong-token':
      return unauthenticated(
        denialCodes[reason],
        l10n.t(
          'The session token is not valid or was revoked. Open a new terminal, or restart the kernel, in the VS Code window that is connected to MLflow.',
        ),
      );
    case 'host':
      return forbidden(
        denialCodes[reason],
        l10n.t(
          'The request names another host, not this local proxy. Use the address in MLFLOW_TRACKING_URI.',
        ),
      );
    case 'origin':
    case 'fetch-site':
      return forbidden(denialCodes[reason], l10n.t('Web pages may not use this local proxy.'));
    case 'forwarded':
      return forbidden(
        denialCodes[reason],
        l10n.t(
          'Forwarded requests may not use this local proxy. Send them from the machine where the extension runs.',
        ),
      );
    case 'other-user':
      return forbidden(
        denialCodes[reason],
        l10n.t(
          'Programs of another user may not use this local proxy. Run them as the user who runs VS Code.',
        ),
      );
    case 'other-server':
      return otherServer();
    case 'outside-base-path':
      return forbidden(
        denialCodes[reason],
        l10n.t(
          'The path of the request is outside the tracking server that is connected. Use the address in MLFLOW_TRACKING_URI.',
        ),
      );
    case 'malformed':
      return malformedRequest({ fault: 'not-http', status: 400 });
    case 'limit':
      return unavailable(
        denialCodes[reason],
        l10n.t(
          'Too many connections to the local proxy are open. Stop kernels and scripts that you do not need.',
        ),
      );
  }
}

function otherServer(): ProxyResponse {
  return ownResponse(
    { status: 421, errorCode: 'INVALID_STATE' },
    denialCodes['other-server'],
    l10n.t(
      'Nothing was sent: this program was started for another tracking server than the one that is connected now. To use the one that is connected, open a new terminal or restart the kernel. To use the other one, run "MLflow: Switch Server" in VS Code.',
    ),
  );
}

export function headTimeout(): ProxyResponse {
  return ownResponse(
    { status: 408, errorCode: 'DEADLINE_EXCEEDED' },
    'proxy.headTimeout',
    l10n.t('The request headers did not arrive in time.'),
  );
}

export function noUpstream(): ProxyResponse {
  return needsPerson(
    'proxy.notConnected',
    l10n.t('No tracking server is connected. Run "MLflow: Connect" in VS Code.'),
  );
}

/** For who still uses the port when the connection has ended. */
export function disconnectedResponse(): ProxyResponse {
  return needsPerson(
    'proxy.notConnected',
    l10n.t(
      'MLflow is disconnected in this VS Code window. Run "MLflow: Connect" there to go on; without it, new terminals and kernels have only credentials of your own.',
    ),
  );
}

export function connectingTimeout(): ProxyResponse {
  return unavailable(
    'proxy.connecting',
    l10n.t('VS Code has not finished connecting. Run "MLflow: Show Log" in VS Code to see why.'),
  );
}

export function credentialTimeout(): ProxyResponse {
  return unavailable(
    'secret.timeout',
    l10n.t(
      'The secret store did not return the credential in time. Run "MLflow: Show Log" in VS Code to see why.',
    ),
  );
}

export function rejectionTimeout(): ProxyResponse {
  return unavailable(
    'secret.refreshTimeout',
    l10n.t(
      'The tracking server rejected the credential, and the secret store did not say in time whether there is a newer one.',
    ),
  );
}

export function credentialChanged(): ProxyResponse {
  return unavailable(
    'secret.changed',
    l10n.t(
      'The credential changed while this request was being sent. Send it again: it will carry the new credential.',
    ),
  );
}

/** While no window is there, and nobody who could fetch another credential. */
export function windowClosed(): ProxyResponse {
  return needsPerson(
    'secret.windowClosed',
    l10n.t(
      'The credential is not good any longer, and the VS Code window that fetches it is closed. Open the folder in VS Code again.',
    ),
  );
}

export function unusableCredential(): ProxyResponse {
  return needsPerson(
    'secret.unusable',
    l10n.t('The credential cannot be sent in a header. Check the secret and mlflowSecretsAuth.header.name.'),
  );
}

export function malformedResponse(): ProxyResponse {
  return ownResponse({ status: 502, errorCode: 'INTERNAL_ERROR' }, 'upstream.malformedResponse', {
    message: l10n.t('The tracking server sent a malformed response, which was not forwarded.'),
    remedy: askForLog(),
  });
}

/** The request may have been processed, and must not be sent twice by us. */
export function connectionLost(host: string): ProxyResponse {
  return unavailable('upstream.dropped', {
    message: l10n.t('{0} closed the connection before it responded.', host),
    remedy: askForLog(),
  });
}

function unauthenticated(code: ProblemCode, message: string): ProxyResponse {
  return ownResponse({ status: 401, errorCode: 'UNAUTHENTICATED' }, code, message);
}

function forbidden(code: ProblemCode, message: string): ProxyResponse {
  return ownResponse({ status: 403, errorCode: 'PERMISSION_DENIED' }, code, message);
}

function unavailable(code: ProblemCode, message: string | OwnWords): ProxyResponse {
  return ownResponse(passing, code, message);
}

function needsPerson(code: ProblemCode, message: string): ProxyResponse {
  return ownResponse(lasting, code, message);
}
