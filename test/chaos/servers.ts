import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { issueAnother, makeCertificates } from '../support/servers/certificates.ts';
import type { Certificates } from '../support/servers/certificates.ts';
import { startMlflow } from '../support/servers/mlflow.ts';
import type { MlflowServer } from '../support/servers/mlflow.ts';
import { startOpenBao } from '../support/servers/openbao.ts';
import type { OpenBaoServer } from '../support/servers/openbao.ts';
import { Front } from './front.ts';

const policy = 'path "secret/data/mlflow" { capabilities = ["read"] }';
/** Reads the secret of MLflow and nothing else. */
export const storeToken = 'canary-chaos-vault-token';

/** MLflow with sign-in, the store that has its password, and before each a front by which the window knows it. */
export class Servers {
  readonly mlflowFront: Front;
  readonly storeFront: Front;
  /** Of the tracking server's front: the one that is trusted, where it has any. */
  readonly certificates: Certificates | undefined;
  readonly #folder: string;
  readonly #bao: OpenBaoServer;
  #mlflow: MlflowServer;

  private constructor(parts: {
    readonly folder: string;
    readonly bao: OpenBaoServer;
    readonly storeFront: Front;
    readonly mlflowFront: Front;
    readonly certificates: Certificates | undefined;
    readonly mlflow: MlflowServer;
  }) {
    this.#folder = parts.folder;
    this.#bao = parts.bao;
    this.storeFront = parts.storeFront;
    this.mlflowFront = parts.mlflowFront;
    this.certificates = parts.certificates;
    this.#mlflow = parts.mlflow;
  }

  /** `tls`: of the tracking server. */
  static async start(folder: string, { tls = false } = {}): Promise<Servers> {
    const bao = await startOpenBao({ folder: join(folder, 'bao') });
    const storeFront = await Front.start(Number(new URL(bao.address).port));
    const certificates = tls ? await certificatesIn(join(folder, 'tls')) : undefined;
    const mlflowFront = await Front.start(0, certificates);
    const mlflow = await startServer(folder, mlflowFront, newPassword());
    const servers = new Servers({ folder, bao, storeFront, mlflowFront, certificates, mlflow });
    await servers.#store(mlflow.password);
    await bao.call('PUT', 'sys/policies/acl/mlflow', { policy });
    await bao.call('POST', 'auth/token/create', { policies: ['mlflow'], id: storeToken, ttl: '8h' });
    return servers;
  }

  get mlflow(): MlflowServer {
    return this.#mlflow;
  }

  /** The store first: who is rejected asks it again. */
  async rotate(): Promise<void> {
    const password = newPassword();
    await this.#store(password);
    await this.#mlflow.changePassword(password);
  }

  /** Another certificate for the tracking server: of the authority that is trusted, or of one that is not. */
  async anotherCertificate({ isTrusted }: { readonly isTrusted: boolean }): Promise<Certificates> {
    const folder = join(this.#folder, 'tls');
    return isTrusted ? issueAnother(folder, ['127.0.0.1']) : certificatesIn(`${folder}-of-others`);
  }

  /** With the runs and users that it has. */
  async restartMlflow(): Promise<void> {
    const { password } = this.#mlflow;
    await this.#mlflow.stop();
    this.#mlflow = await startServer(this.#folder, this.mlflowFront, password);
  }

  async stop(): Promise<void> {
    for (const one of [this.mlflowFront, this.storeFront, this.#mlflow, this.#bao]) await one.stop();
  }

  async #store(password: string): Promise<void> {
    await this.#bao.call('POST', 'secret/data/mlflow', { data: { username: this.#mlflow.user, password } });
  }
}

async function startServer(folder: string, front: Front, adminPassword: string): Promise<MlflowServer> {
  const mlflow = await startMlflow({
    folder: join(folder, 'mlflow'),
    adminPassword,
    hosts: [front.host],
    env: { PYTHONPATH: join(import.meta.dirname, 'cheap-hashes'), PYTHONDONTWRITEBYTECODE: '1' },
  });
  front.target = mlflow.port;
  return mlflow;
}

async function certificatesIn(folder: string): Promise<Certificates> {
  await mkdir(folder, { recursive: true });
  return makeCertificates(folder, ['127.0.0.1']);
}

function newPassword(): string {
  return `canary-chaos-${randomBytes(12).toString('hex')}`;
}
