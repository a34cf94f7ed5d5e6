/**
 * The tracking server of the soak, as a process: checks every credential and every byte, answers what it saw, and counts what
 * must not happen. Paths: `/echo/ID`, `/upload/ID?seed=S`, `/blob?seed=S&bytes=N`, `/never` (no request may come there).
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { matches, piece } from './pattern.ts';

export type ToUpstream =
  { readonly type: 'rotate'; readonly authorization: string } | { readonly type: 'report' };

export interface UpstreamReport {
  readonly type: 'report';
  readonly requests: number;
  readonly unauthorized: number;
  /** Requests that were applied twice, that bore the session token or two credentials, or came to `/never`. */
  readonly wrong: number;
  readonly active: number;
  readonly connections: number;
}

let authorization = '';
const counts = { requests: 0, unauthorized: 0, wrong: 0, active: 0 };
/** Ids of applied requests, in two generations so that a long run stays small. */
let young = new Set<string>();
let old = new Set<string>();

function apply(id: string): void {
  if (young.has(id) || old.has(id)) counts.wrong += 1;
  young.add(id);
  if (young.size < 200_000) return;
  old = young;
  young = new Set();
}

function answer(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

async function receive(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const seed = Number(url.searchParams.get('seed') ?? 0);
  let bytes = 0;
  let same = true;
  for await (const chunk of request) {
    same &&= matches(seed, bytes, chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  if (request.method !== 'HEAD' && request.method !== 'GET') apply(url.pathname);
  answer(response, 200, { path: url.pathname, method: request.method, bytes, same });
}

function blob(response: ServerResponse, url: URL): void {
  const seed = Number(url.searchParams.get('seed'));
  const bytes = Number(url.searchParams.get('bytes'));
  const framing = url.searchParams.has('chunked') ? {} : { 'Content-Length': bytes };
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', ...framing });
  let sent = 0;
  const more = (): void => {
    while (sent < bytes) {
      const next = piece(seed, sent, bytes - sent);
      sent += next.length;
      if (!response.write(next)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}

const server = createServer({ requestTimeout: 0 }, (request, response) => {
  counts.requests += 1;
  counts.active += 1;
  response.once('close', () => (counts.active -= 1));
  request.on('error', () => request.destroy());
  const url = new URL(`http://upstream${request.url ?? '/'}`);
  const values = request.headersDistinct['authorization'] ?? [];
  if (
    values.length !== 1 ||
    url.pathname === '/never' ||
    request.rawHeaders.join().includes('canary-soak-session')
  )
    counts.wrong += 1;
  if (values[0] !== authorization) {
    counts.unauthorized += 1;
    request.resume();
    answer(response, 401, { error_code: 'UNAUTHENTICATED', message: 'wrong credential' });
    return;
  }
  if (url.pathname === '/blob') blob(response, url);
  // A client that goes away in the middle ends the loop over its body; that is part of the test.
  else receive(request, response, url).catch(() => response.destroy());
});
server.keepAliveTimeout = 3000;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

process.on('message', (message: ToUpstream) => {
  if (message.type === 'rotate') {
    ({ authorization } = message);
    return;
  }
  server.getConnections((_error, connections) => {
    process.send?.({ type: 'report', ...counts, connections } satisfies UpstreamReport);
  });
});
process.on('disconnect', () => process.exit(0));
