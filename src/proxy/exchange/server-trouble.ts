import * as l10n from '@vscode/l10n';
import { isFileTarget } from '../http/api-path.ts';
import { fieldValue } from '../http/header-fields.ts';
import { isWebPage } from '../http/response-head.ts';
import type { ResponseHead } from '../http/response-head.ts';
import type { ProxyResponse } from '../messages.ts';
import { askForLog, lasting, ownResponse, passing } from '../own-response.ts';
import type { ResponseKind } from '../own-response.ts';
import type { AskedFor } from './sign-in.ts';

/** What stands before MLflow says in its place, to a program that cannot read it. */
export type ServerTrouble =
  | { readonly code: 'upstream.serverError'; readonly status: number }
  | { readonly code: 'upstream.moved'; readonly to: string; readonly isElsewhere: boolean }
  | { readonly code: 'upstream.httpsNeeded' | 'upstream.hostDenied' | 'upstream.networkSignIn' };

export interface AskedOfServer extends AskedFor {
  readonly method: string;
  /** Of a window, which asks what the address is like; a program may well follow what leads it on. */
  readonly isOfCheck?: boolean;
}

/** Of the head alone: a gateway's page of its own, or a redirect that a program does not follow, or should not. */
export function troubleOfHead(head: ResponseHead, asked: AskedOfServer): ServerTrouble | undefined {
  const { status } = head;
  // RFC 6585, 6.
  if (status === 511) return { code: 'upstream.networkSignIn' };
  if (status >= 500) {
    return isWebPage(head) ? { code: 'upstream.serverError', status } : undefined;
  }
  const location = fieldValue(head, 'location');
  if (status < 300 || status >= 400 || location === undefined || isFileTarget(asked.target)) return undefined;
  return moved(status, location, asked);
}

/** Clients ask again with GET and without the body then (RFC 9110, 15.4; requests), so that another question is answered. */
const dropsBody: ReadonlySet<number> = new Set([301, 302, 303]);

/** What is shown of the words of a response: a path as people choose it. */
const plainPath = /^(?:\/[\w.~-]{1,60}){1,4}$/;

/** To another origin, or below another base path of the same, as of a server whose path the address lacks. */
function moved(status: number, location: string, asked: AskedOfServer): ServerTrouble | undefined {
  const from = URL.parse(asked.target, asked.origin);
  const to = URL.parse(location, from?.href);
  if (from === null || to === null) return undefined;
  if (to.origin !== from.origin) return { code: 'upstream.moved', to: to.origin, isElsewhere: true };
  const path = from.pathname.slice(asked.basePath.length);
  const base = to.pathname.slice(0, -path.length);
  if (path === '' || to.pathname !== base + path || base === asked.basePath || !plainPath.test(base))
    return undefined;
  const isAnswered = asked.method === 'GET' || asked.method === 'HEAD' || !dropsBody.has(status);
  if (isAnswered && asked.isOfCheck !== true) return undefined;
  return { code: 'upstream.moved', to: to.origin + base, isElsewhere: false };
}

/** Of nginx, and of servers written in Go. */
const speaksTls = /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server/;
/** MLflow's own, before it looks at a credential (mlflow/server/security_utils.py). */
const wrongHost = /^Invalid Host header\b/;

export function troubleOfBody(
  { status, isPage }: { readonly status: number; readonly isPage: boolean },
  text: string,
): ServerTrouble | undefined {
  if (status >= 500) return isPage ? { code: 'upstream.serverError', status } : undefined;
  if (status === 400 && speaksTls.test(text)) return { code: 'upstream.httpsNeeded' };
  return status === 403 && wrongHost.test(text) ? { code: 'upstream.hostDenied' } : undefined;
}

/** What Python gets in place of that. */
export function troubleResponse(trouble: ServerTrouble, origin: string): ProxyResponse {
  const { host } = new URL(origin);
  const words = { message: troubleWords(trouble, host), remedy: troubleRemedies[trouble.code](host) };
  return ownResponse(kindOf(trouble), trouble.code, words);
}

function kindOf(trouble: ServerTrouble): ResponseKind {
  if (trouble.code === 'upstream.hostDenied') return { status: 403, errorCode: 'PERMISSION_DENIED' };
  if (trouble.code === 'upstream.networkSignIn') return passing;
  if (trouble.code !== 'upstream.serverError') return lasting;
  const { status } = trouble;
  return { status, errorCode: status === 503 ? 'TEMPORARILY_UNAVAILABLE' : 'INTERNAL_ERROR' };
}

function troubleWords(trouble: ServerTrouble, host: string): string {
  switch (trouble.code) {
    case 'upstream.serverError':
      return l10n.t('{0} is in trouble: it responded with status {1}.', host, trouble.status);
    case 'upstream.moved':
      return trouble.isElsewhere
        ? l10n.t('{0} redirects to {1}, where no credential is sent.', host, trouble.to)
        : l10n.t('{0} redirects to {1}.', host, trouble.to);
    case 'upstream.httpsNeeded':
      return l10n.t('{0} expects https, and was asked over http.', host);
    case 'upstream.networkSignIn':
      return l10n.t('The network that this machine is in asks for a sign-in of its own before {0}.', host);
    case 'upstream.hostDenied':
      return l10n.t('The tracking server at {0} denies requests that call it by this name.', host);
  }
}

/** By code, with the tracking server's host. */
const troubleRemedies: Readonly<Record<ServerTrouble['code'], (host: string) => string>> = {
  'upstream.serverError': askForLog,
  'upstream.moved': () => l10n.t('Set mlflowSecretsAuth.trackingUri to the address that it redirects to.'),
  'upstream.httpsNeeded': () => l10n.t('mlflowSecretsAuth.trackingUri should begin with https://.'),
  'upstream.networkSignIn': () => l10n.t('Open any web page in a browser, and sign in to the network there.'),
  'upstream.hostDenied': (host) =>
    l10n.t('Ask its administrator to start MLflow with --allowed-hosts {0}.', host),
};
