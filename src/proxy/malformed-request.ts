import * as l10n from '@vscode/l10n';
import type { Malformed, RequestLine } from './http/request-head.ts';
import type { ProxyResponse } from './messages.ts';
import { ownResponse } from './own-response.ts';

export function malformedRequest(malformed: Malformed): ProxyResponse {
  return ownResponse(
    { status: malformed.status, errorCode: 'INVALID_PARAMETER_VALUE' },
    'proxy.malformedRequest',
    faultSentence(malformed),
  );
}

/** As MLflow's server does where a path begins with several slashes: the client keeps the method and the body. */
export function movedRequest({ target }: RequestLine): ProxyResponse {
  return { ...malformedRequest({ fault: 'target', status: 400 }), status: 308, location: target };
}

function faultSentence({ fault, field = '' }: Malformed): string {
  switch (fault) {
    case 'not-http':
      return l10n.t('The request is malformed.');
    case 'request-line':
      return l10n.t('The request line is malformed.');
    case 'method':
      return l10n.t('The request method is not allowed.');
    case 'version':
      return l10n.t('Only HTTP/1.1 is supported.');
    case 'target':
      return l10n.t('The request path is not allowed.');
    case 'head-too-large':
      return l10n.t('The request headers are too large.');
    case 'too-many-fields':
      return l10n.t('The request has too many headers.');
    case 'header-field':
      return l10n.t('A request header is malformed.');
    case 'misleading-name':
      return l10n.t('A request header has a name that can be mistaken for another.');
    case 'tab':
      return l10n.t('The {0} header contains a tab.', field);
    case 'repeated':
      return l10n.t('The request has more than one {0} header.', field);
    case 'no-host':
      return l10n.t('The request has no Host header.');
    case 'content-length':
      return l10n.t('The Content-Length header is malformed.');
    case 'transfer-encoding':
      return l10n.t('The Transfer-Encoding header is malformed or not supported.');
    case 'length-and-encoding':
      return l10n.t('The request has both a Content-Length and a Transfer-Encoding header.');
    case 'expect':
      return l10n.t('The Expect header is not supported.');
    case 'upgrade':
      return l10n.t('The Upgrade header is not supported.');
    case 'named-by-connection':
      return l10n.t('The Connection header must not name {0}.', field);
    case 'body':
      return l10n.t('The request body is malformed.');
  }
}
