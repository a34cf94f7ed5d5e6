import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { request } from 'node:http';
import { createServer } from 'node:net';
import * as l10n from '@vscode/l10n';
import { listenerAt, processWith } from '../network/socket-owner.ts';

const timeoutMs = 1000;
const proofLength = 64;

/** What listens at a port: a proxy that holds the session token, something else, or nothing. */
export type Listener = 'ours' | 'other' | 'nobody';

/** Asks for a proof that only a holder of the token can give; the token itself is not sent. */
export async function listenerOf(port: number, sessionToken: string): Promise<Listener> {
  const nonce = randomBytes(24).toString('base64url');
  const expected = createHmac('sha256', hash('sha256', sessionToken, 'buffer'))
    .update(`127.0.0.1:${port}\n${nonce}`)
    .digest();
  return new Promise((resolve) => {
    const path = `/.mlflow-secrets-auth/proof?nonce=${nonce}`;
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request({ host: '127.0.0.1', port, path, agent: false, signal }, (response) => {
      let text = '';
      response.setEncoding('latin1');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > proofLength) sent.destroy();
      });
      response.on('end', () => {
        const given = Buffer.from(text, 'hex');
        const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
        resolve(isOurs ? 'ours' : 'other');
      });
      response.on('error', () => resolve('other'));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ECONNREFUSED' ? 'nobody' : 'other');
    });
    sent.end();
  });
}

/** "python3 (process 4711)", as far as the system says who listens there; only Linux does. */
export async function describeListener(port: number): Promise<string> {
  const unknown = l10n.t('another program');
  if (process.platform !== 'linux') return unknown;
  try {
    const row = await listenerAt(port);
    if (row === undefined) return unknown;
    const found = await processWith(row.inode, AbortSignal.timeout(timeoutMs));
    return found === undefined
      ? l10n.t('a program of another user')
      : l10n.t('{0} (process {1})', found.name, found.pid);
  } catch {
    // It ended meanwhile.
    return unknown;
  }
}

/** Between two looks whether a port can be had now. */
const watchIntervalMs = { taken: 2000, failed: 60_000 };

/** Calls `then` once a port can be listened at; `code`: why it cannot. Returns a function that ends the watch. */
export function watchPort(port: number, code: string, then: () => void): () => void {
  const intervalMs = code === 'EADDRINUSE' ? watchIntervalMs.taken : watchIntervalMs.failed;
  const timer = setInterval(() => {
    const server = createServer();
    server.on('error', () => server.close());
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      clearInterval(timer);
      server.close(then);
    });
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
