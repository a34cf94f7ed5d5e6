import { spawn } from 'node:child_process';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { mock } from 'node:test';
import { text } from 'node:stream/consumers';
import { tools } from '../../support/setup/parts.mjs';

interface Boto3Answer {
  readonly secret?: string;
  readonly error?: string;
  readonly message?: string;
}

/** Found before a test gives the process another home folder. */
const python = tools.python('moto');

/** What Python's SDK reads in the environment of this process. */
export async function readWithBoto3(gatewayUrl: string): Promise<Boto3Answer> {
  const script = join(import.meta.dirname, 'boto3_reads.py');
  const child = spawn(python, [script, gatewayUrl], { stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(await text(child.stdout)) as Boto3Answer;
}

/**
 * While it works, AWS's own hosts are looked for at the gateway, under their own names and without TLS: what was called
 * is then to be seen there. In place of Node's `https.request`, as nobody can be AWS's hosts.
 */
export async function withAwsAtGateway<T>(port: number, work: () => Promise<T>): Promise<T> {
  const request = (
    options: https.RequestOptions,
    onResponse?: (response: http.IncomingMessage) => void,
  ): http.ClientRequest => {
    const here = { host: '127.0.0.1', port, protocol: 'http:', agent: undefined };
    const headers = { ...fieldsOf(options.headers), host: options.host ?? '' };
    return http.request({ ...options, ...here, headers }, onResponse);
  };
  const replaced = mock.method(https, 'request', request as typeof https.request);
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    replaced.mock.restore();
    syncBuiltinESMExports();
  }
}

/** As the SDK gives them. */
function fieldsOf(
  headers: http.OutgoingHttpHeaders | readonly string[] | undefined,
): http.OutgoingHttpHeaders {
  if (headers === undefined || Array.isArray(headers)) throw new Error('no object of headers');
  return headers as http.OutgoingHttpHeaders;
}
