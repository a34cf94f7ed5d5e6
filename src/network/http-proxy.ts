import * as l10n from '@vscode/l10n';
import type { Environment } from '../environment.ts';

/** What the editor and the environment say about HTTP proxies. Empty texts mean: not set. */
export interface HttpProxySettings {
  /** The editor's `http.proxy`. */
  readonly proxy: string;
  /** The editor's `http.noProxy`. */
  readonly noProxy: readonly string[];
  /** The editor's `http.proxySupport` is "off". */
  readonly isOff: boolean;
  readonly environment: Environment;
}

/**
 * The HTTP proxy for an origin: the editor's setting, else `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` (either
 * case), unless a no-proxy entry names the host. An entry is a host, a domain (`.company.com` or
 * `company.com`, which includes its sub-domains), either with a port, or `*`, as curl reads NO_PROXY.
 */
export function httpProxyFor(origin: string, settings: HttpProxySettings): string | undefined {
  if (settings.isOff) return undefined;
  const url = new URL(origin);
  const variable = (name: string): string =>
    settings.environment[name.toLowerCase()] ?? settings.environment[name] ?? '';
  const noProxy = settings.noProxy.length > 0 ? settings.noProxy : variable('NO_PROXY').split(/[\s,]+/);
  if (noProxy.some((entry) => matches(entry.trim().toLowerCase(), url))) return undefined;
  const fromEnvironment = url.protocol === 'https:' ? variable('HTTPS_PROXY') : variable('HTTP_PROXY');
  const proxy = settings.proxy || fromEnvironment || variable('ALL_PROXY');
  if (proxy === '') return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
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

function matches(entry: string, url: URL): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const [, host = entry, entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (entryPort !== undefined && entryPort !== port) return false;
  const domain = host.replace(/^\*?\./, '');
  return url.hostname === domain || url.hostname.endsWith(`.${domain}`);
}
