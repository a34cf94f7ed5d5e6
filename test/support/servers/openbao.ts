import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tools } from '../setup/parts.mjs';
import { startOnFreePort } from './child.ts';

export interface OpenBaoOptions {
  readonly folder: string;
  /** Its own certificate authority; the file is `caFile`. */
  readonly tls?: boolean;
  /** More addresses in dev mode, as a configuration has them: `{ address: '127.0.0.1:8210', tls_cert_file: … }`. */
  readonly listeners?: readonly Readonly<Record<string, unknown>>[];
  /** A server that nobody has initialised yet, so sealed and without a root token, instead of one in dev mode. */
  readonly uninitialised?: boolean;
  /** Which of the installed ones; `openbao-ldap` is an older one that speaks LDAP. */
  readonly part?: 'openbao' | 'openbao-ldap';
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
  /** From now on everything is answered with 503. A dev server stays so. */
  seal(): Promise<void>;
  stop(): Promise<void>;
}

export interface CallOptions {
  readonly namespace?: string;
  readonly token?: string;
  readonly wrapTtl?: string;
}

export interface BaoAnswer {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly lease_id?: string;
  readonly auth?: { readonly client_token: string; readonly accessor: string };
  readonly wrap_info?: { readonly token: string };
  /** Of a server that has just been initialised. */
  readonly keys?: readonly string[];
  readonly root_token?: string;
}

/** A real OpenBao, in memory; in dev mode unsealed, with key/value version 2 at `secret/`. */
export async function startOpenBao({
  folder,
  tls = false,
  listeners = [],
  uninitialised = false,
  part = 'openbao',
}: OpenBaoOptions): Promise<OpenBaoServer> {
  await mkdir(folder, { recursive: true });
  const addressAt = (port: number): string => `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  const rootToken = 'canary-root-token';
  const logFile = join(folder, 'openbao.log');
  const dev = (port: number): readonly string[] => [
    ...['-dev', '-dev-no-store-token', `-dev-root-token-id=${rootToken}`],
    `-dev-listen-address=127.0.0.1:${port}`,
    ...(tls ? ['-dev-tls', `-dev-tls-cert-dir=${folder}`] : []),
    ...(listeners.length > 0 ? [`-config=${listenersFile(folder, listeners)}`] : []),
  ];
  const { port, stop } = await startOnFreePort((port) => ({
    command: tools.program(part, 'bao'),
    args: ['server', ...(uninitialised ? [`-config=${configuration(folder, port)}`] : dev(port))],
    // The dev server prints its root token and unseal key.
    logFile,
    env: { ...process.env, BAO_LOG_LEVEL: 'warn' },
    isReady: async () => {
      if (tls) return portAnswers(port);
      // 501 is that of a server that is not initialised.
      const { status } = await fetch(`${addressAt(port)}/v1/sys/health`);
      return status === (uninitialised ? 501 : 200);
    },
    readyWithinMs: 120_000,
  }));
  const address = addressAt(port);
  const call = caller(address, rootToken);
  return {
    address,
    rootToken,
    caFile: join(folder, 'vault-ca.pem'),
    logFile,
    call,
    seal: async () => {
      await call('PUT', 'sys/seal');
    },
    stop,
  };
}

function caller(address: string, rootToken: string): OpenBaoServer['call'] {
  return async (method, path, body, options = {}) => {
    const headers: Record<string, string> = { 'x-vault-token': options.token ?? rootToken };
    if (options.namespace !== undefined) headers['x-vault-namespace'] = options.namespace;
    if (options.wrapTtl !== undefined) headers['x-vault-wrap-ttl'] = options.wrapTtl;
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(`${address}/v1/${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as BaoAnswer);
  };
}

function listenersFile(folder: string, listeners: NonNullable<OpenBaoOptions['listeners']>): string {
  const file = join(folder, 'listeners.json');
  writeFileSync(file, JSON.stringify({ listener: listeners.map((tcp) => ({ tcp })) }));
  return file;
}

function configuration(folder: string, port: number): string {
  const file = join(folder, 'openbao.json');
  const listener = { tcp: { address: `127.0.0.1:${port}`, tls_disable: true } };
  writeFileSync(file, JSON.stringify({ storage: { inmem: {} }, listener }));
  return file;
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
