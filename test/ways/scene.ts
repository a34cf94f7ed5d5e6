import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { clientToken, upstreamId } from '../../src/connection/client-token.ts';
import { environmentChanges } from '../../src/python/environment.ts';
import type { EnvironmentChange } from '../../src/python/environment.ts';
import { ProcessEnvironment } from '../../src/python/process-environment.ts';
import { terminalMutators } from '../../src/python/terminal-environment.ts';
import type { TerminalMutator } from '../../src/python/terminal-environment.ts';
import { Connection } from '../contract/python/connection.ts';
import { packageFolder, userName } from '../contract/python/run-client.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { startMlflow } from '../support/servers/mlflow.ts';
import type { MlflowServer } from '../support/servers/mlflow.ts';
import { SecondServer } from './second-server.ts';

/** What the person has: a token for the second server. */
export const ownToken = 'canary-of-the-second-server';

/** A window without the editor: a real tracking server, the real proxy before it, and the variables of both kinds. */
export class Scene {
  readonly folder: string;
  readonly home: string;
  readonly server: MlflowServer;
  readonly second: SecondServer;
  readonly connection: Connection;
  /** Of the extension host: kernels, tests, process tasks and the debugger start with it. */
  readonly host: Record<string, string | undefined>;
  isConnected = false;
  readonly before: Readonly<Record<string, string | undefined>>;
  readonly #process: ProcessEnvironment;
  #starts = 0;

  private constructor(folder: string, server: MlflowServer, second: SecondServer, connection: Connection) {
    this.folder = folder;
    this.home = join(folder, 'home');
    this.server = server;
    this.second = second;
    this.connection = connection;
    this.host = {
      PATH: process.env['PATH'],
      HOME: this.home,
      LANG: 'C.UTF-8',
      PYTHONDONTWRITEBYTECODE: '1',
      MLFLOW_TRACKING_TOKEN: ownToken,
    };
    this.before = { ...this.host };
    this.#process = new ProcessEnvironment(this.host, process.platform);
  }

  static async open(): Promise<Scene> {
    const folder = await runFolder('ways');
    await mkdir(join(folder, 'home'), { recursive: true });
    const server = await startMlflow({
      folder: join(folder, 'server'),
      adminPassword: 'canary-admin-password',
    });
    const tracking = { origin: server.origin, basePath: '' };
    const connection = await Connection.open(
      {
        ...{ id: upstreamId(tracking), ...tracking, httpProxy: undefined, clientCertificate: undefined },
        trust: { kind: 'roots', added: [], isComplete: true },
      },
      { user: server.user, password: server.password },
    );
    return new Scene(folder, server, await SecondServer.start(), connection);
  }

  changesFor(environment: Readonly<Record<string, string | undefined>>): readonly EnvironmentChange[] {
    const tracking = { origin: this.server.origin, basePath: '' };
    return environmentChanges(
      {
        localOrigin: this.connection.localOrigin,
        basePath: '',
        upstreamOrigin: tracking.origin,
        sessionToken: clientToken(this.connection.sessionToken, tracking),
        userName,
        hostName: hostname(),
        packageFolder,
        intercept: true,
      },
      { platform: process.platform, environment },
    );
  }

  /** What VS Code does to the environment of a terminal or shell task that starts with this one otherwise. */
  mutatorsFor(start: Readonly<Record<string, string | undefined>>): readonly TerminalMutator[] {
    return this.isConnected ? terminalMutators(this.changesFor(start), start) : [];
  }

  connect(): void {
    this.#process.apply(this.changesFor(this.before));
    this.isConnected = true;
  }

  disconnect(): void {
    this.#process.undo();
    this.isConnected = false;
  }

  async hasRun(run: string): Promise<boolean> {
    const found = await this.server
      .call('GET', `/api/2.0/mlflow/runs/get?run_id=${run}`)
      .catch(() => undefined);
    return JSON.stringify(found ?? '').includes('"loss"');
  }

  /** A folder of one start's own. */
  async startFolder(): Promise<string> {
    this.#starts += 1;
    const folder = join(this.folder, `start-${this.#starts}`);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  async close(): Promise<void> {
    this.second.stop();
    await this.connection.close();
    await this.server.stop();
  }
}
