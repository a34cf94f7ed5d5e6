import { fieldValue } from '../http/header-fields.ts';
import { isForwarding } from '../http/header-names.ts';
import type { RequestFields, RequestLine } from '../http/request-head.ts';
import { decodedPath } from '../http/request-target.ts';
import { browserCookieName } from './browser-sessions.ts';
import type { BrowserSessions } from './browser-sessions.ts';

/**
 * The tracking server that a browser is shown, by its cookie; `undefined`: it is not let in. All conditions are looked at here,
 * since a forwarded port makes for another `Host` than the token's. A page of another port of this machine is of the same
 * site, so that its requests have the cookie, too: only what the browser itself says of where a request comes from tells
 * them apart, and it must say it (https://www.w3.org/TR/fetch-metadata/).
 */
export function shownServer(
  line: RequestLine,
  { host, fields }: RequestFields,
  sessions: BrowserSessions,
): string | undefined {
  const found = decisiveFields(fields);
  if (found === undefined || found.has('authorization')) return undefined;
  const origin = found.get('origin');
  if (origin !== undefined && origin !== `http://${host}`) return undefined;
  const changes = line.method !== 'GET' && line.method !== 'HEAD';
  if (changes && origin === undefined) return undefined;
  if (!isOfOwnPage(line, found)) return undefined;
  const cookie = cookieOf(found.get('cookie') ?? '', browserCookieName(host));
  return cookie === undefined ? undefined : sessions.serverOf(cookie, host);
}

/** Whether the request has the cookie of a browser, be it good or not. */
export function hasBrowserCookie(asked: RequestFields): boolean {
  return cookieOf(fieldValue(asked, 'cookie') ?? '', browserCookieName(asked.host)) !== undefined;
}

const decisive: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'origin',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
]);

/** `undefined`: one of them is there twice, or another says that the request was forwarded. */
function decisiveFields(fields: RequestFields['fields']): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  for (const { name, value } of fields) {
    if (isForwarding(name)) return undefined;
    if (!decisive.has(name)) continue;
    if (found.has(name)) return undefined;
    found.set(name, value);
  }
  return found;
}

function isOfOwnPage({ method }: RequestLine, found: ReadonlyMap<string, string>): boolean {
  const destination = found.get('sec-fetch-dest');
  // It would outlive the session, and what is shown of another server at the same address.
  if (destination === 'serviceworker') return false;
  switch (found.get('sec-fetch-site')) {
    case 'same-origin':
      return true;
    case 'none':
      // The address bar, a bookmark.
      return method === 'GET' && found.get('sec-fetch-mode') === 'navigate' && destination === 'document';
    default:
      return false;
  }
}

function cookieOf(cookies: string, name: string): string | undefined {
  for (const pair of cookies.split(';')) {
    const [key = '', value = ''] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}

/** Below the base path: what MLflow's UI reads (mlflow/server/__init__.py and mlflow/server/js), and where it writes. */
const read =
  /^(?:\/?(?:\?|$)|\/(?:static-files|ajax-api|gateway)\/|\/(?:get-artifact|model-versions\/get-artifact|graphql|version|health|server-info)(?:\?|$))/;
/** A version and a service, spelt as the UI spells them. */
const written = /^\/(?:ajax-api\/[\d.]+\/\w[\w-]*(?:[/?]|$)|graphql(?:\?|$))/;
/**
 * These take any file of any run from whoever writes there, a model that somebody loads among them: the UI only reads
 * files. Not by one spelling alone, as servers decode what they route.
 */
const writesFiles = /^\/ajax-api\/[\d.]+\/(?:preview\/)?(?:mlflow-artifacts|mlflow\/upload-artifact)\b/i;
/** But for the table of its page for prompts, which is data alone. */
const writesTable =
  /^\/ajax-api\/2\.0\/mlflow\/upload-artifact\?path=eval_results_table\.json&run_uuid=[\w-]{1,64}$/;

/** Whether the UI of a tracking server with this base path makes such a request. */
export function isOfInterface({ method, target }: RequestLine, basePath: string): boolean {
  const path = target.slice(basePath.length);
  switch (method) {
    case 'GET':
    case 'HEAD':
      return read.test(path);
    case 'POST':
      // An endpoint of MLflow's gateway that the UI tries out.
      return isWritten(path) || path.startsWith('/gateway/');
    case 'PUT':
    case 'PATCH':
    case 'DELETE':
      return isWritten(path);
    default:
      return false;
  }
}

function isWritten(path: string): boolean {
  return writesTable.test(path) || (written.test(path) && !writesFiles.test(asRouted(path)));
}

/** Some servers take parameters off each part, and empty parts out (RFC 3986, 3.3). */
function asRouted(path: string): string {
  return decodedPath(path)
    .replaceAll(/;[^/]*/g, '')
    .replaceAll(/\/{2,}/g, '/');
}
