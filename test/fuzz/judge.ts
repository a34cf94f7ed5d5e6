import type { ReadRequest } from '../support/servers/reading-server.ts';
import { token } from './token.ts';

/** What the proxy has to inject, and where it listens. */
export interface Expectation {
  readonly proxyPort: number;
  readonly upstreamAuthority: string;
  readonly injected: string;
}

/** Fields that may be missing at the upstream. Those that `Connection` names are added to these. */
const mayBeStripped = new Set([
  ...[
    'connection',
    'keep-alive',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'http2-settings',
  ],
  ...[
    'proxy-authorization',
    'proxy-authenticate',
    'authorization',
    'authorization_',
    'host',
    'origin',
    'expect',
    'content-length',
  ],
  ...['sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest', 'sec-fetch-user', 'cookie', 'referer'],
]);
/** Fields about one connection, which the proxy makes itself; what they do is judged by the body's bytes. */
const ofTheConnection = new Set(['connection', 'transfer-encoding', 'content-length', 'expect']);

/** The cookies of *Open MLflow* begin so. */
const ownCookies = 'mlflow-secrets-auth-';

type Field = readonly [name: string, value: string];

function fieldsOf({ fields }: ReadRequest): Field[] {
  return fields.map((field) => {
    const colon = field.indexOf(': ');
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 2)];
  });
}

function values(request: ReadRequest, name: string): string[] {
  return fieldsOf(request)
    .filter(([field]) => field === name)
    .map(([, value]) => value);
}

/** Why this request of a client must not be let in, by a reading of the rules that shares nothing with the proxy's. */
function mustBeRefused(client: ReadRequest, { proxyPort }: Expectation): string | undefined {
  const hosts = values(client, 'host');
  const own = [`127.0.0.1:${proxyPort}`, `localhost:${proxyPort}`];
  if (hosts.length !== 1 || !own.includes(hosts[0]!.toLowerCase())) return 'host';
  const accepted = values(client, 'authorization').some((value) => {
    const [, scheme = '', rest = ''] = /^(\S+)\s+(\S+)$/.exec(value.trim()) ?? [];
    if (scheme.toLowerCase() === 'bearer') return rest === token;
    return scheme.toLowerCase() === 'basic' && Buffer.from(rest, 'base64').toString().endsWith(`:${token}`);
  });
  // No ticket is made here, so that no cookie lets anybody in.
  if (!accepted) return 'token';
  if (values(client, 'origin').some((value) => !own.includes(value.replace(/^http:\/\//, ''))))
    return 'origin';
  if (values(client, 'sec-fetch-site').some((value) => !['same-origin', 'none'].includes(value)))
    return 'fetch-site';
  if (fieldsOf(client).some(([name]) => name.startsWith('x-forwarded') || name === 'forwarded'))
    return 'forwarded';
  if (client.method === 'TRACE' || client.method === 'CONNECT') return 'method';
  if (!/^\/(?![/\\])/.test(client.target)) return 'target';
  return undefined;
}

/** What of `forwarded`, as the upstream read it, is not what Node reads in the client's bytes. Empty when all is well. */
export function differences(forwarded: ReadRequest, client: ReadRequest, expectation: Expectation): string[] {
  const found: string[] = [];
  const refusal = mustBeRefused(client, expectation);
  if (refusal !== undefined) found.push(`forwarded although it must be refused: ${refusal}`);
  if (forwarded.method !== client.method) found.push(`method ${forwarded.method} for ${client.method}`);
  if (forwarded.target !== client.target) found.push(`target ${forwarded.target} for ${client.target}`);
  if (forwarded.complete && !client.complete) found.push('complete where the client’s is not');
  if (forwarded.complete ? !forwarded.body.equals(client.body) : !isPrefix(forwarded.body, client.body)) {
    found.push(`body of ${forwarded.body.length} bytes for ${client.body.length}`);
  }
  return [...found, ...fieldDifferences(forwarded, client, expectation)];
}

function isPrefix(start: Buffer, whole: Buffer): boolean {
  return whole.subarray(0, start.length).equals(start);
}

function withoutOwn(cookie: string): string {
  const isOwn = (pair: string): boolean => pair.trimStart().startsWith(ownCookies);
  const others = cookie.split(';').filter((pair) => !isOwn(pair));
  return others.join(';').trim();
}

function fieldDifferences(forwarded: ReadRequest, client: ReadRequest, expectation: Expectation): string[] {
  const found: string[] = [];
  const exactly = (name: string, value: string): void => {
    const got = values(forwarded, name);
    if (got.length !== 1 || got[0] !== value) found.push(`${name} is ${JSON.stringify(got)}`);
  };
  exactly('host', expectation.upstreamAuthority);
  exactly('authorization', expectation.injected);
  if (forwarded.fields.some((field) => /^proxy-/i.test(field))) found.push('a proxy field was passed on');
  for (const word of forwarded.rawTrailers) {
    if (!client.rawTrailers.includes(word)) found.push('a trailer was added');
  }
  const listed = values(client, 'connection')
    .flatMap((value) => value.split(','))
    .map((name) => name.trim().toLowerCase());
  const rest = fieldsOf(forwarded).filter(
    ([name]) => name !== 'host' && name !== 'authorization' && !ofTheConnection.has(name),
  );
  for (const [name] of rest) {
    if (listed.includes(name)) found.push(`${name} was passed on although Connection lists it`);
  }
  // In the client's order, with nothing added, and nothing missing but what may be.
  let at = 0;
  for (const [name, value] of fieldsOf(client)) {
    const next = rest[at];
    const expected = name === 'cookie' ? withoutOwn(value) : value;
    if (next?.[0] === name && next[1] === expected) at += 1;
    else if (!mayBeStripped.has(name) && !name.startsWith('proxy-') && !listed.includes(name))
      found.push(`${name} is missing`);
  }
  if (at < rest.length) found.push(`${rest[at]![0]} was added, changed or moved`);
  return found;
}
