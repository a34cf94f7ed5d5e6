import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tools } from '../setup/parts.mjs';
import { freePort, startChild } from './child.ts';

export interface OpenBaoOptions {
  readonly folder: string;
  /** Its own certificate authority; the file is `caFile`. */
  readonly tls?: boolean;
}

export interface OpenBaoServer {
  readonly address: string;
  readonly rootToken: string;
  /** Of a server with TLS. */
  readonly caFile: string;
  readonly logFile: string;
  /** Calls the API as root; resolves to the JSON, rejects for another status than 200 and 204. */
  call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH',
    path: string,
    body?: unknown,
    options?: CallOptions,
  ): Promise<BaoAnswer>;
  stop(): Promise<void>;
}

export interface CallOptions {
  readonly namespace?: string;
  readonly token?: string;
  readonly wrapTtl?: string;
}

export interface BaoAnswer {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly auth?: { readonly client_token: string; readonly accessor: string };
  readonly wrap_info?: { readonly token: string };
}

/** A real OpenBao in dev mode: unsealed, in memory, with key/value version 2 at `secret/`. */
export async function startOpenBao({ folder, tls = false }: OpenBaoOptions): Promise<OpenBaoServer> {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const address = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  const rootToken = 'canary-root-token';
  const listen = `-dev-listen-address=127.0.0.1:${port}`;
  const tlsArgs = tls ? ['-dev-tls', `-dev-tls-cert-dir=${folder}`] : [];
  const logFile = join(folder, 'openbao.log');
  const child = await startChild({
    command: tools.program('openbao', 'bao'),
    args: ['server', '-dev', '-dev-no-store-token', `-dev-root-token-id=${rootToken}`, listen, ...tlsArgs],
    // The dev server prints its root token and unseal key.
    logFile,
    env: { ...process.env, BAO_LOG_LEVEL: 'warn' },
    isReady: async () => {
      if (tls) return portAnswers(port);
      return (await fetch(`${address}/v1/sys/health`)).status === 200;
    },
    readyWithinMs: 20_000,
  });
  return {
    address,
    rootToken,
    caFile: join(folder, 'vault-ca.pem'),
    logFile,
    call: async (method, path, body, options = {}) => {
      const headers: Record<string, string> = { 'x-vault-token': options.token ?? rootToken };
      if (options.namespace !== undefined) headers['x-vault-namespace'] = options.namespace;
      if (options.wrapTtl !== undefined) headers['x-vault-wrap-ttl'] = options.wrapTtl;
      const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
      const response = await fetch(`${address}/v1/${path}`, init);
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === '' ? {} : (JSON.parse(text) as BaoAnswer);
    },
    stop: async () => child.stop(),
  };
}

async function portAnswers(port: number): Promise<boolean> {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
