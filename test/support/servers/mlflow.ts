import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { request as requestPlain } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { join } from 'node:path';
import { tools } from '../setup/parts.mjs';
import type { Certificates } from './certificates.ts';
import { startOnFreePort } from './child.ts';

export interface MlflowOptions {
  readonly folder: string;
  readonly adminPassword: string;
  /** https with this certificate; plain http without. */
  readonly tls?: Certificates;
  /** Host names, beside the loopback ones, that requests may name. */
  readonly hosts?: readonly string[];
  /** Of the two that are installed; the old one speaks plain HTTP only, and keeps no access log. */
  readonly version?: 'current' | 'old';
  /** What a user may do where nothing is said of it. */
  readonly defaultPermission?: 'READ' | 'NO_PERMISSIONS';
  /** Beside this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface MlflowServer {
  /** `https://127.0.0.1:PORT` or `http://…`. */
  readonly origin: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly logFile: string;
  /** Changes the administrator's password through the server's own API. */
  changePassword(password: string): Promise<void>;
  /** Calls the REST API directly, signed in; resolves to the JSON. */
  call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** How many requests the server answered with this status, by its access log. */
  answered(status: number): Promise<number>;
  stop(): Promise<void>;
}

/** A real MLflow tracking server with its basic-auth app, SQLite and local artifacts. */
export async function startMlflow(options: MlflowOptions): Promise<MlflowServer> {
  const { folder, tls, hosts = [], version = 'current' } = options;
  await mkdir(folder, { recursive: true });
  const user = 'admin';
  let password = options.adminPassword;
  const config = join(folder, 'auth.ini');
  await writeFile(config, authConfig(options, user, password));
  const logFile = join(folder, 'mlflow.log');
  const uvicorn = ['--access-log', '--timeout-keep-alive 30'];
  if (tls) uvicorn.push(`--ssl-keyfile ${tls.keyFile} --ssl-certfile ${tls.certFile}`);
  const scheme = tls ? 'https' : 'http';
  const { port, stop } = await startOnFreePort((port) => ({
    command: tools.program(version === 'old' ? 'mlflow-old-server' : 'mlflow', 'mlflow'),
    args: [
      ...[
        'server',
        '--app-name',
        'basic-auth',
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
        '--workers',
        '1',
      ],
      ...['--backend-store-uri', `sqlite:///${join(folder, 'mlflow.db')}`],
      ...['--artifacts-destination', join(folder, 'artifacts')],
      ...(version === 'old'
        ? []
        : [
            ...['--allowed-hosts', [`127.0.0.1:${port}`, `localhost:${port}`, ...hosts].join(',')],
            ...['--uvicorn-opts', uvicorn.join(' ')],
          ]),
    ],
    logFile,
    cwd: folder,
    env: {
      ...process.env,
      MLFLOW_FLASK_SERVER_SECRET_KEY: 'for-cookies-of-this-run',
      MLFLOW_AUTH_CONFIG_PATH: config,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      // Evaluation jobs, which nothing here uses, take eight more processes and 1 GB.
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      ...options.env,
    },
    isReady: async () => (await ask({ scheme, port, method: 'GET', path: '/health', tls })).status === 200,
    readyWithinMs: 280_000,
  }));
  const call: MlflowServer['call'] = async (method, path, body) => {
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    const answer = await ask({ scheme, port, method, path, tls, body, authorization });
    if (answer.status < 200 || answer.status > 299)
      throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    return answer.text === '' ? undefined : (JSON.parse(answer.text) as unknown);
  };
  return {
    origin: `${scheme}://127.0.0.1:${port}`,
    port,
    user,
    get password() {
      return password;
    },
    logFile,
    call,
    changePassword: async (next) => {
      const change = { username: user, password: next, current_password: password };
      await call('PATCH', '/api/2.0/mlflow/users/update-password', change);
      password = next;
    },
    answered: async (status) => {
      const lines = (await readFile(logFile, 'utf8')).split('\n');
      return lines.filter((line) => new RegExp(`HTTP/1\\.1" ${status}\\b`).test(line)).length;
    },
    stop,
  };
}

function authConfig(
  { folder, defaultPermission = 'READ' }: MlflowOptions,
  user: string,
  password: string,
): string {
  return [
    '[mlflow]',
    `default_permission = ${defaultPermission}`,
    `database_uri = sqlite:///${join(folder, 'auth.db')}`,
    `admin_username = ${user}`,
    `admin_password = ${password}`,
    'authorization_function = mlflow.server.auth:authenticate_request_basic_auth',
    // Otherwise each request hashes the password, which takes most of the server's time. A changed one counts at once.
    'auth_cache_ttl_seconds = 60',
    '',
  ].join('\n');
}

interface Ask {
  readonly scheme: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly tls: Certificates | undefined;
  readonly body?: unknown;
  readonly authorization?: string;
}

async function ask({
  scheme,
  port,
  method,
  path,
  tls,
  body,
  authorization,
}: Ask): Promise<{ status: number; text: string }> {
  const send = scheme === 'https' ? request : requestPlain;
  const content = body === undefined ? undefined : JSON.stringify(body);
  const sent = send({
    host: '127.0.0.1',
    port,
    method,
    path,
    agent: false,
    timeout: 30_000,
    ...(tls && { ca: tls.ca }),
    headers: {
      ...(authorization && { authorization }),
      ...(content && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
    },
  });
  sent.end(content);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, text: await text(response) };
}
