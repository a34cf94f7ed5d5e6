import type { Environment } from '../environment.ts';
import { isLoopbackHost } from './loopback.ts';

/** What decides through which HTTP proxy the editor sends the requests of its extensions. Plain data; may hold a password. */
export interface EditorProxySettings {
  /** `http.proxy`; empty: not set. */
  readonly proxy: string;
  /** `http.noProxy`. */
  readonly noProxy: readonly string[];
  /** `http.proxySupport` is "off". */
  readonly isOff: boolean;
  /** The variables about HTTP proxies. */
  readonly environment: Environment;
}

/** The variables that the editor reads, each pair in its order. */
export const editorProxyVariables = {
  proxy: ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'],
  exempt: ['no_proxy', 'NO_PROXY'],
} as const;

/**
 * As `@vscode/proxy-agent` decides (`createProxyResolver`): the setting comes before the variables, whatever the scheme.
 * A system's own settings, which only the editor's windows can read, are not known here. `null`: a proxy that is no HTTP proxy.
 */
export function editorProxyFor(url: URL, settings: EditorProxySettings): URL | undefined | null {
  const { proxy, noProxy, isOff, environment } = settings;
  if (isOff || isLoopbackHost(url.hostname)) return undefined;
  const first = (names: readonly string[]): string =>
    names.map((name) => environment[name]).find(Boolean) ?? '';
  const exempt = noProxy.length > 0 ? noProxy : first(editorProxyVariables.exempt).split(',');
  if (isExempt(url, exempt)) return undefined;
  const named = proxy.includes('://') ? proxy : first(editorProxyVariables.proxy).trim();
  // The editor takes what has no scheme for none.
  if (!named.includes('://')) return undefined;
  const parsed = URL.parse(named);
  return parsed?.protocol === 'http:' || parsed?.protocol === 'https:' ? parsed : null;
}

/** An entry is a domain with its sub-domains, or one of them with a port; one with `*` in it is for all. */
function isExempt(url: URL, entries: readonly string[]): boolean {
  const trimmed = entries.map((entry) => entry.trim().toLowerCase());
  if (trimmed.includes('*')) return true;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return trimmed.some((entry) => {
    const [name = '', entryPort] = entry.split(':', 2);
    if (name === '') return false;
    const domain = name.startsWith('.') ? name : `.${name}`;
    return `.${url.hostname}`.endsWith(domain) && (!entryPort || entryPort === port);
  });
}
