import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runFolder } from '../support/servers/run-folder.ts';
import { startMlflow } from '../support/servers/mlflow.ts';
import { startGateway } from '../support/servers/nginx-gateway.ts';

export const password = 'canary-journeys-password';
export const serverToken = 'canary-journeys-token';

/** A tracking server that asks for a user name and a password, and one that asks for a token. */
export class Company {
  readonly folder: string;
  readonly user: string;
  readonly server: string;
  readonly tokenServer: string;
  readonly #stops: (() => Promise<void>)[];

  private constructor(folder: string, servers: Pick<Company, 'user' | 'server' | 'tokenServer'>) {
    this.folder = folder;
    this.user = servers.user;
    this.server = servers.server;
    this.tokenServer = servers.tokenServer;
    this.#stops = [];
  }

  static async start(): Promise<Company> {
    const folder = await runFolder('journeys');
    const mlflow = await startMlflow({ folder: join(folder, 'mlflow'), adminPassword: password });
    const signIn = Buffer.from(`${mlflow.user}:${password}`).toString('base64');
    const gateway = await startGateway({
      folder: join(folder, 'rightful-secret-gateway'),
      origin: mlflow.origin,
      rules: (pass) => `
        location / {
          if ($http_authorization != "Bearer ${serverToken}") {
            add_header WWW-Authenticate 'Bearer realm="mlflow"' always;
            return 401;
          }
          proxy_set_header Authorization "Basic ${signIn}";
          ${pass}
        }`,
    });
    const servers = { user: mlflow.user, server: mlflow.origin, tokenServer: gateway.origin };
    const company = new Company(folder, servers);
    company.ended(async () => mlflow.stop());
    company.ended(async () => gateway.stop());
    return company;
  }

  /** To be done when the company is stopped. */
  ended(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  async newFolder(name: string): Promise<string> {
    const folder = join(this.folder, name);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }
}
