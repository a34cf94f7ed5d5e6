import { hash } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import type { Environment } from '../environment.ts';
import { editorProxyVariables } from './editor-proxy.ts';
import { isLoopbackHost } from './loopback.ts';
import { inetAton, isInNetwork, pythonRoute, withScheme } from './python-proxies.ts';
import type { NamedProxy } from './python-proxies.ts';

/** What the editor and the environment say about HTTP proxies. Empty texts mean: not set. */
export interface HttpProxySettings {
  /** The editor's `http.proxy`. */
  readonly proxy: string;
  /** The editor's `http.noProxy`. */
  readonly noProxy: readonly string[];
  /** The editor's `http.proxySupport` is "off". */
  readonly isOff: boolean;
  /** What `http.proxy` says of the user's own machine, where this is another one. */
  readonly elsewhere?: string | undefined;
  /** As the window found it when it started. */
  readonly environment: Environment;
}

/** How requests get to a tracking server, and what decided it. */
export interface HttpProxyRoute {
  readonly proxy: NamedProxy | undefined;
  /** What keeps the server off a proxy, by its name: `NO_PROXY`. */
  readonly exemptedBy: string | undefined;
  /** The proxy that is not used for that reason, or because it is of another machine. */
  readonly unused: NamedProxy | undefined;
  /** What Python's own requests would use, without the extension. */
  readonly pythons: NamedProxy | undefined;
}

/**
 * The HTTP proxy for an origin. The environment decides, as Python's requests reads it, so that connecting changes
 * nothing. The editor's settings count where Python cannot read them: `http.noProxy` keeps a server off every proxy, and
 * `http.proxy` serves where no variable says anything about the server.
 */
export function httpProxyRoute(origin: string, settings: HttpProxySettings): HttpProxyRoute {
  const url = new URL(origin);
  const { proxy: pythons, exemptedBy, excluded } = pythonRoute(url, settings.environment);
  const editors = editorsProxy(settings.proxy, url, settings);
  const direct = (by: string | undefined, unused: NamedProxy | undefined): HttpProxyRoute => ({
    ...{ proxy: undefined, exemptedBy: by, unused, pythons },
  });
  if (exemptedBy !== undefined) return direct(exemptedBy, excluded ?? editors);
  if (settings.noProxy.some((entry) => isExempt(entry.trim().toLowerCase(), url)))
    return direct('http.noProxy', pythons ?? editors);
  const proxy = pythons ?? editors;
  if (proxy === undefined) return direct(undefined, editorsProxy(settings.elsewhere ?? '', url, settings));
  return { proxy, exemptedBy: undefined, unused: undefined, pythons };
}

/** As the editor does it: its proxy is not asked for this machine. */
function editorsProxy(
  named: string,
  { hostname }: URL,
  { isOff }: Pick<HttpProxySettings, 'isOff'>,
): NamedProxy | undefined {
  if (named === '' || isOff || isLoopbackHost(hostname)) return undefined;
  return { url: withScheme(named), from: 'http.proxy' };
}

/** Why no HTTP proxy is used, although one is named: a sentence for whoever cannot get through. */
export function directBecause({ unused, exemptedBy }: HttpProxyRoute): string | undefined {
  if (unused === undefined) return undefined;
  return exemptedBy === undefined
    ? l10n.t(
        'No HTTP proxy is used: http.proxy is set for your own machine. Set it in the settings of the remote machine, too.',
      )
    : l10n.t('The HTTP proxy of {0} is not used, because {1} excludes this server.', unused.from, exemptedBy);
}

/**
 * The proxy as people may see it: scheme, host and port, without what its address holds of a user and a password. What
 * stands before the last `@` may be part of a password, however the rest is written, and is not shown.
 */
export function httpProxyForPeople(proxy: string): string {
  const unknown = l10n.t('an address that cannot be parsed');
  const hasUser = proxy.includes('@');
  const tail = proxy.slice(proxy.lastIndexOf('@') + 1);
  const url = URL.parse(proxy);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') {
    if (!hasUser || tail.toLowerCase().startsWith(url.host)) return `${url.protocol}//${url.host}`;
  }
  const [host = unknown] = /^[\w.-]{1,255}(?::\d{1,5})?(?=\/?$)/.exec(tail) ?? [];
  return hasUser ? host : unknown;
}

/** Of which the editor and every parser say the same; a user and a password may stand before the host. */
const plainProxy =
  /^(https?|socks(?:4a?|5h?)?):\/\/(?:[^@/\\?#\s;]*@)?((?:[\w.-]{1,255}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?)\/?$/i;

/**
 * The same for an approval: no host that another parser may not take for it, and another text for another proxy, also where
 * nothing of it can be shown.
 */
export function httpProxyForApproval(proxy: string): string {
  const [, scheme, place] = plainProxy.exec(proxy) ?? [];
  if (scheme !== undefined && place !== undefined) return `${scheme}://${place}`.toLowerCase();
  return `${l10n.t('an address that cannot be parsed')} (${hash('sha256', proxy, 'base64url').slice(0, 22)})`;
}

const proxyNames = [...editorProxyVariables.proxy, 'all_proxy', 'ALL_PROXY'];

/**
 * HTTP proxies that variables name and that are none of the user's own: SDKs look at the environment when they sign in, and
 * the editor when it starts. `own`: an environment of the user's.
 */
export function foreignProxyVariables(environment: Environment, own: Environment): readonly string[] {
  const namedIn = (one: Environment): readonly string[] =>
    proxyNames.flatMap((name) => (one[name] ? [withScheme(one[name])] : []));
  const owns = namedIn(own);
  return namedIn(environment).filter((proxy) => !owns.includes(proxy));
}

/** For people: the proxy in use and what named it, or why there is none; and what Python on its own would do instead. */
export function describeRoute(route: HttpProxyRoute): string {
  const { proxy, exemptedBy, pythons, unused } = route;
  const used =
    describe(proxy) ?? (exemptedBy === undefined ? none() : l10n.t('none (excluded by {0})', exemptedBy));
  if (proxy?.url === pythons?.url)
    return unused === undefined || exemptedBy !== undefined ? used : `${used}. ${directBecause(route)}`;
  return l10n.t('{0}; Python on its own would use: {1}', used, describe(pythons) ?? none());
}

function describe(proxy: NamedProxy | undefined): string | undefined {
  return proxy && l10n.t('{0} (from {1})', httpProxyForPeople(proxy.url), proxy.from);
}

function none(): string {
  return l10n.t('none');
}

/**
 * An entry of `http.noProxy`: a host, a domain with its sub-domains (`.company.com`, `company.com`, `*.company.com`),
 * either with a port, a range of IPv4 addresses, or `*`.
 */
function isExempt(entry: string, url: URL): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const address = inetAton(url.hostname);
  const isOfRange = address === undefined ? undefined : isInNetwork(address, entry);
  if (isOfRange !== undefined) return isOfRange;
  const bare = url.hostname.replace(/^\[|\]$/g, '');
  if (bare === entry) return true;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const [, host = entry, entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (entryPort !== undefined && entryPort !== port) return false;
  const domain = host.replace(/^\*?\./, '');
  return url.hostname === domain || url.hostname.endsWith(`.${domain}`);
}
