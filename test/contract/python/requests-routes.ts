import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { tools } from '../../support/setup/parts.mjs';

/** An environment, and what is asked for in it. */
export interface RequestsCase {
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  /** To really ask, with these fields. */
  readonly get?: true;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RequestsAnswer {
  readonly proxy?: string | null;
  readonly status?: number;
  readonly text?: string;
  readonly error?: string;
}

/** What the requests of MLflow's own environment does. */
export async function askRequests(cases: readonly RequestsCase[]): Promise<readonly RequestsAnswer[]> {
  return askPython('requests_routes.py', cases);
}

/** What MLflow's own client gets from the server, with its TLS variables. */
export async function askMlflow(cases: readonly RequestsCase[]): Promise<readonly RequestsAnswer[]> {
  return askPython('mlflow_tls.py', cases);
}

async function askPython(name: string, cases: readonly RequestsCase[]): Promise<readonly RequestsAnswer[]> {
  const script = join(import.meta.dirname, name);
  // stderr: MLflow warns of each request that is not verified.
  const child = spawn(tools.python('mlflow'), [script], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(cases.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const lines = (await text(child.stdout)).trim().split('\n');
  if (lines.length !== cases.length) throw new Error(`${lines.length} answers to ${cases.length} cases`);
  return lines.map((line) => JSON.parse(line) as RequestsAnswer);
}
