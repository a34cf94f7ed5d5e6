import { request } from 'node:http';
import type { Socket } from 'node:net';
import { ownRequestField, ownResponseField } from '../proxy/http/header-names.ts';
import { parseOwnMessage } from '../proxy/own-response.ts';
import { secretOf } from './client-token.ts';
import { provenConnection } from './local-proof.ts';

const probeTimeoutMs = 10_000;
/** A version and a message of ours are far shorter. */
const maxBodyBytes = 8192;

export interface ProbeResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly text: string;
  /** The local proxy itself responded, not the tracking server. */
  readonly isOwn: boolean;
  /** How one signs in there, where the server says so (RFC 9110, section 11.6.1). */
  readonly challenge?: string | undefined;
}

/** `none`: no response came, or not in time. */
export type LocalResponse = ProbeResponse | { readonly kind: 'none' };

/**
 * A GET with the session token, as Python would send it but for a mark, over a connection on which the local proxy has
 * proved itself.
 * `signal` is for all of it, however the bytes come.
 */
export async function probeLocalProxy(
  port: number,
  path: string,
  sessionToken: string,
  signal = AbortSignal.timeout(probeTimeoutMs),
): Promise<LocalResponse> {
  const connection = await provenConnection(port, secretOf(sessionToken), signal);
  if (typeof connection === 'string') return { kind: 'none' };
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${sessionToken}`, [ownRequestField]: '1' };
    const createConnection = (): Socket => connection;
    const options = { host: '127.0.0.1', port, path, headers, agent: false, signal, createConnection };
    const none = (): void => resolve({ kind: 'none' });
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const done = (): void =>
        resolve({
          kind: 'response',
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).subarray(0, maxBodyBytes).toString('utf8'),
          isOwn: response.headers[ownResponseField] !== undefined,
          challenge: response.headers['www-authenticate'],
        });
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size <= maxBodyBytes) return;
        done();
        sent.destroy();
      });
      response.on('end', done);
      response.on('error', none);
    });
    sent.on('error', none);
    sent.end();
  });
}

/** What a response of the local proxy itself says; `undefined` for a response of the tracking server, whatever it says. */
export function proxyMessage(response: LocalResponse): string | undefined {
  if (response.kind === 'none' || !response.isOwn) return undefined;
  try {
    const parsed = JSON.parse(response.text) as { message?: unknown } | null;
    const message = parsed?.message;
    return typeof message === 'string' ? parseOwnMessage(message) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
