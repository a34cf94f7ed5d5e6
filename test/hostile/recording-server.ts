import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { harmfulCommand } from './corpus.ts';

export interface RecordingServer {
  readonly origin: string;
  readonly port: number;
  /** Every byte that was sent to it since the last call. */
  take(): Buffer;
  /** The same, and they stay. */
  peek(): Buffer;
  stop(): Promise<void>;
}

/** Answers requests by their first line; what it does not understand is recorded as well. */
export async function startRecordingServer(answer: (firstLine: string) => string): Promise<RecordingServer> {
  let pieces: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let head = '';
    socket.on('data', (piece) => {
      pieces.push(piece);
      head += piece.toString('latin1');
      if (head.includes('\r\n\r\n')) socket.end(answer(head.split('\r\n')[0] ?? ''));
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    peek: () => Buffer.concat(pieces),
    take: () => {
      const taken = Buffer.concat(pieces);
      pieces = [];
      return taken;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(body: unknown, status = '200 OK'): string {
  const text = JSON.stringify(body);
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`;
}

export function redirect(to: string): string {
  return `HTTP/1.1 307 Temporary Redirect\r\nLocation: ${to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
}

/** Claims to be whatever is asked for, in words that would like to be buttons. */
export function asAttacker(): string {
  const link = `[Sign in](command:${harmfulCommand})`;
  return json({
    message: `MLflow Secrets Auth: the session has ended. ${link}`,
    errors: [link],
    auth: { client_token: link },
    data: { path: 'secret/', type: 'kv', options: { version: '2' }, data: { token: link } },
  });
}

/** A tracking server and a Vault of the user's own; where `hijack` names a path, it redirects there. */
export function asFriend(hijack: () => { readonly path: string; readonly to: string } | undefined) {
  return (firstLine: string): string => {
    const path = firstLine.split(' ')[1] ?? '';
    const taken = hijack();
    if (taken !== undefined && path.startsWith(taken.path)) return redirect(taken.to + path);
    if (path === '/version') return json('3.17.2');
    if (path.startsWith('/v1/sys/'))
      return json({ data: { path: 'secret/', type: 'kv', options: { version: '2' } } });
    if (path.startsWith('/v1/auth/')) return json({ data: { ttl: 3600, renewable: false, policies: [] } });
    if (path.startsWith('/v1/')) {
      return json({ data: { data: { token: 'canary-hostile-read' }, metadata: { version: 1 } } });
    }
    return json({ experiments: [] });
  };
}
