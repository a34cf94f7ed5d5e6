import { request } from 'node:http';
import type { Socket } from 'node:net';
import { ownRequestField, ownResponseField } from '../proxy/http/header-names.ts';
import { decoded } from '../proxy/exchange/content-coding.ts';
import { parseOwnMessage } from '../proxy/own-response.ts';
import type { OwnWords } from '../proxy/own-response.ts';
import { secretOf } from './client-token.ts';
import { provenConnection } from './local-proof.ts';

const probeTimeoutMs = 10_000;
/** An experiment has tags of any number, such as a long description. */
const maxBodyBytes = 1_048_576;

export interface ProbeResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly text: string;
  /** The local proxy itself responded, not the tracking server. */
  readonly isOwn: boolean;
  /** How one signs in there, where the server says so (RFC 9110, section 11.6.1). */
  readonly challenge?: string | undefined;
  /** Where it leads; what is at the tracking server is at the local address. */
  readonly location?: string | undefined;
}

/**
 * `none`: no response came, or not in time. `cutOff`: the local proxy let the request in and then closed the connection, as
 * it does when the tracking server breaks off in the middle of a response.
 */
export type LocalResponse = ProbeResponse | { readonly kind: 'none' } | { readonly kind: 'cutOff' };

/** A search has its question in the body. */
export interface Search {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * A GET of a path, or a search, with the session token, as Python would send it but for a mark, over a connection on which
 * the local proxy has proved itself.
 * `signal` is for all of it, however the bytes come.
 */
export async function probeLocalProxy(
  port: number,
  asked: string | Search,
  sessionToken: string,
  signal = AbortSignal.timeout(probeTimeoutMs),
): Promise<LocalResponse> {
  const connection = await provenConnection(port, secretOf(sessionToken), signal);
  if (typeof connection === 'string') return { kind: 'none' };
  return new Promise((resolve) => {
    const [path, json] = typeof asked === 'string' ? [asked] : [asked.path, JSON.stringify(asked.body)];
    const headers = {
      ...{ authorization: `Bearer ${sessionToken}`, [ownRequestField]: '1' },
      ...(json !== undefined && { 'content-type': 'application/json' }),
    };
    const createConnection = (): Socket => connection;
    const method = json === undefined ? 'GET' : 'POST';
    const options = {
      host: '127.0.0.1',
      port,
      path,
      method,
      headers,
      agent: false,
      signal,
      createConnection,
    };
    const broken = (): void => resolve({ kind: signal.aborted ? 'none' : 'cutOff' });
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const done = (): void => {
        const body = Buffer.concat(chunks).subarray(0, maxBodyBytes);
        const coding = response.headers['content-encoding'];
        resolve({
          kind: 'response',
          status: response.statusCode ?? 0,
          text: (decoded(body, coding, maxBodyBytes) ?? body).toString('utf8'),
          isOwn: response.headers[ownResponseField] !== undefined,
          challenge: response.headers['www-authenticate'],
          location: response.headers.location,
        });
      };
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size <= maxBodyBytes) return;
        done();
        sent.destroy();
      });
      response.on('end', done);
      response.on('error', broken);
    });
    sent.on('error', broken);
    sent.end(json);
  });
}

/** What a response of the local proxy itself says; `undefined` for a response of the tracking server, whatever it says. */
export function proxyMessage(response: LocalResponse): string | undefined {
  return proxyWords(response)?.message;
}

/** The same, with the part of it that says what to do. */
export function proxyWords(response: LocalResponse): OwnWords | undefined {
  if (response.kind !== 'response' || !response.isOwn) return undefined;
  try {
    const parsed = JSON.parse(response.text) as { message?: unknown; remedy?: unknown } | null;
    const message = typeof parsed?.message === 'string' ? parseOwnMessage(parsed.message) : undefined;
    const remedy = typeof parsed?.remedy === 'string' ? parsed.remedy : undefined;
    return message === undefined ? undefined : { message, remedy };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
