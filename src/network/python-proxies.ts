import type { Environment } from '../environment.ts';

/**
 * Which HTTP proxy Python's requests takes from the environment, and from which variable: `requests.utils`
 * (`should_bypass_proxies`, `select_proxy`) and `urllib.request` (`getproxies_environment`, `proxy_bypass_environment`).
 * Its quirks are followed, too: what goes through a proxy without the extension goes through it with the extension.
 */

export interface NamedProxy {
  /** As it was written, with a scheme in front where it had none. */
  readonly url: string;
  /** The variable or setting that names it, as it is spelled. */
  readonly from: string;
}

export interface PythonRoute {
  readonly proxy: NamedProxy | undefined;
  /** The variable that keeps the server off the HTTP proxy. */
  readonly exemptedBy: string | undefined;
  /** The proxy that would be used without that variable. */
  readonly excluded: NamedProxy | undefined;
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

export function pythonRoute(origin: URL, environment: Environment): PythonRoute {
  const variables = proxyVariables(environment);
  const exemptedBy = exemption(origin, environment, variables.get('no'));
  const found = variables.get(origin.protocol.slice(0, -1)) ?? variables.get('all');
  const named = found && { url: withScheme(found.value), from: found.name };
  return exemptedBy === undefined
    ? { proxy: named, exemptedBy, excluded: undefined }
    : { proxy: undefined, exemptedBy, excluded: named };
}

export function withScheme(proxy: string): string {
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** By what stands before `_proxy`. Lower case counts first, and where it is empty, no other spelling counts. */
function proxyVariables(environment: Environment): ReadonlyMap<string, Variable> {
  const found = new Map<string, Variable>();
  const set = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && name.toLowerCase().endsWith('_proxy') ? [{ name, value }] : [],
  );
  const keyOf = ({ name }: Variable): string => name.slice(0, -'_proxy'.length).toLowerCase();
  for (const variable of set) if (variable.value !== '') found.set(keyOf(variable), variable);
  // Of a CGI script: whoever sends it a request may have set it.
  if (environment['REQUEST_METHOD'] !== undefined) found.delete('http');
  for (const variable of set.filter(({ name }) => name.endsWith('_proxy'))) {
    if (variable.value === '') found.delete(keyOf(variable));
    else found.set(keyOf(variable), variable);
  }
  return found;
}

/** Two readers look at the list one after the other: that of requests, then that of urllib. */
function exemption(origin: URL, environment: Environment, merged: Variable | undefined): string | undefined {
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  const first = ['no_proxy', 'NO_PROXY'].find((name) => Boolean(environment[name]));
  if (first !== undefined && isOnListOfRequests(host, origin.port, environment[first] ?? '')) return first;
  return merged !== undefined && isOnListOfUrllib(host, merged.value) ? merged.name : undefined;
}

function isOnListOfRequests(host: string, port: string, list: string): boolean {
  const entries = list.replaceAll(' ', '').split(',').filter(Boolean);
  const address = inetAton(host);
  if (address !== undefined) return entries.some((entry) => isInNetwork(address, entry) ?? entry === host);
  const hostAndPort = port === '' ? host : `${host}:${port}`;
  return entries.some((entry) => isOrEndsWith([host, hostAndPort], withoutLeadingDots(entry)));
}

function isOnListOfUrllib(host: string, list: string): boolean {
  if (list === '*') return true;
  const names = [/^([^]*):\d*$/.exec(host)?.[1] ?? host, host];
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .some((entry) => isOrEndsWith(names, withoutLeadingDots(entry).toLowerCase()));
}

function isOrEndsWith(names: readonly string[], entry: string): boolean {
  return names.some((name) => name === entry || name.endsWith(`.${entry}`));
}

function withoutLeadingDots(entry: string): string {
  return entry.replace(/^\.+/, '');
}

/** `undefined`: the entry is no range of IPv4 addresses, such as `10.0.0.0/8`. */
export function isInNetwork(address: number, entry: string): boolean | undefined {
  const [network = '', bits = '', ...rest] = entry.split('/');
  if (rest.length > 0 || !/^[+-]?\d+(?:_\d+)*$/.test(bits)) return undefined;
  const length = Number(bits.replaceAll('_', ''));
  const base = inetAton(network);
  if (length < 1 || length > 32 || base === undefined) return undefined;
  const size = 2 ** (32 - length);
  return Math.floor(address / size) === Math.floor(base / size);
}

/** As inet_aton(3) reads an IPv4 address: of one to four parts, each decimal, octal or hexadecimal, the last one long. */
export function inetAton(text: string): number | undefined {
  const [first = ''] = text.split(/[ \t\n\v\f\r]/, 1);
  const parts = first.split('.');
  if (parts.length > 4) return undefined;
  let value = 0;
  for (const [index, part] of parts.entries()) {
    const number = partOf(part);
    const isLast = index === parts.length - 1;
    const limit = isLast ? 256 ** (5 - parts.length) : 256;
    if (number === undefined || number >= limit) return undefined;
    value += isLast ? number : number * 256 ** (3 - index);
  }
  return value;
}

function partOf(part: string): number | undefined {
  if (/^0x[\da-f]{1,12}$/i.test(part)) return Number.parseInt(part, 16);
  if (/^0[0-7]{0,12}$/.test(part)) return Number.parseInt(part, 8);
  return /^[1-9]\d{0,12}$/.test(part) ? Number(part) : undefined;
}
