import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TrackingServer } from '../../../src/configuration/configuration.ts';
import { clientToken } from '../../../src/connection/client-token.ts';
import { environmentChanges } from '../../../src/python/environment.ts';
import type { EnvironmentChange } from '../../../src/python/environment.ts';
import { withChanges } from '../../../src/python/process-environment.ts';
import type { Connection } from './connection.ts';

export type ClientAnswer<T> =
  | { readonly kind: 'done'; readonly value: T; readonly version: string }
  | { readonly kind: 'raised'; readonly type: string; readonly message: string; readonly version: string };

/** The address as code writes it, and as it is read. */
export const hardCodedUri = 'https://mlflow.company.example';
export const hardCoded: TrackingServer = { origin: hardCodedUri, basePath: '' };
export const userName = 'ada';
const here = import.meta.dirname;
export const packageFolder = join(here, '../../../media/python/site-packages');

export interface ClientOptions {
  readonly python: string;
  readonly connection: Connection;
  /** The home folder of the person who runs it. */
  readonly home: string;
  /** Whether it starts with the variables that a terminal or kernel gets. */
  readonly isConnected?: boolean;
  readonly intercept?: boolean;
  readonly sessionToken?: string;
  /** Where its environment was made, if not here. */
  readonly hostName?: string;
  /** The server that was connected when it was started, if not the one that is now. */
  readonly startedFor?: TrackingServer;
  /** What that person has set already. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What the person has set. */
function ownEnvironment({ home, environment }: ClientOptions): Readonly<Record<string, string | undefined>> {
  return {
    PATH: process.env['PATH'],
    HOME: home,
    TMPDIR: process.env['TMPDIR'],
    PYTHONDONTWRITEBYTECODE: '1',
    // The defaults wait for minutes.
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: '2',
    MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: '0',
    MLFLOW_HTTP_REQUEST_BACKOFF_JITTER: '0',
    ...environment,
  };
}

export function clientChanges(options: ClientOptions): readonly EnvironmentChange[] {
  const { connection, intercept = true, sessionToken = connection.sessionToken } = options;
  const { startedFor = hardCoded } = options;
  return environmentChanges(
    {
      localOrigin: connection.localOrigin,
      basePath: '',
      upstreamOrigin: startedFor.origin,
      sessionToken: clientToken(sessionToken, startedFor),
      userName,
      hostName: options.hostName ?? hostname(),
      packageFolder,
      intercept,
    },
    { platform: process.platform, environment: ownEnvironment(options) },
  );
}

/** Starts a scenario of `client.py`; `step` lets it go on by one line. */
export class Client<T> {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #complaints: Promise<string>;

  constructor(scenario: string, parameters: Readonly<Record<string, unknown>>, options: ClientOptions) {
    const own = ownEnvironment(options);
    this.#child = spawn(options.python, [join(here, 'client.py'), scenario, JSON.stringify(parameters)], {
      env: options.isConnected === false ? own : withChanges(own, clientChanges(options), process.platform),
      timeout: 240_000,
    });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('the client has no output');
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
    this.#complaints = Array.fromAsync(stderr.setEncoding('utf8')).then((parts) => parts.join(''));
  }

  async step(): Promise<void> {
    this.#child.stdin?.write('\n');
    const next = await this.#lines.next();
    if (next.done === true || next.value !== 'step') throw new Error('the client took no step');
  }

  async answer(): Promise<ClientAnswer<T>> {
    const exited = once(this.#child, 'exit');
    let last = '';
    for (let next = await this.#lines.next(); next.done !== true; next = await this.#lines.next()) {
      last = next.value;
      // MLflow prints links to runs, too.
      if (last.startsWith('{"kind"')) break;
    }
    await exited;
    if (!last.startsWith('{"kind"'))
      throw new Error(`the client printed: ${last}\n${await this.#complaints}`);
    return JSON.parse(last) as ClientAnswer<T>;
  }
}

export async function runClient<T>(
  scenario: string,
  parameters: Readonly<Record<string, unknown>>,
  options: ClientOptions,
): Promise<ClientAnswer<T>> {
  return new Client<T>(scenario, parameters, options).answer();
}

/** The value, or what went wrong as an error. */
export function done<T>(answer: ClientAnswer<T>): T {
  if (answer.kind === 'done') return answer.value;
  throw new Error(`${answer.type}: ${answer.message}`);
}

/** What was raised. */
export function raised(answer: ClientAnswer<unknown>): string {
  if (answer.kind === 'raised') return `${answer.type}: ${answer.message}`;
  throw new Error(`nothing was raised: ${JSON.stringify(answer.value)}`);
}

/** What a person may have in their home folder, each with a password of their own. */
export const ownCredentials = {
  credentialsFile: async (home: string): Promise<void> => {
    await mkdir(join(home, '.mlflow'), { recursive: true });
    const text = '[mlflow]\nmlflow_tracking_username = bob\nmlflow_tracking_password = canary-own\n';
    await writeFile(join(home, '.mlflow', 'credentials'), text);
  },
  netrc: async (home: string): Promise<void> => {
    const machines = ['127.0.0.1', 'localhost', new URL(hardCodedUri).hostname];
    const text = machines.map((name) => `machine ${name} login bob password canary-own\n`).join('');
    await writeFile(join(home, '.netrc'), text, { mode: 0o600 });
  },
};
