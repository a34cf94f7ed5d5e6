import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificates } from '../support/servers/certificates.ts';
import type { Certificates, Validity } from '../support/servers/certificates.ts';
import { startLdap } from '../support/servers/ldap.ts';
import type { LdapServer } from '../support/servers/ldap.ts';
import { startMlflow } from '../support/servers/mlflow.ts';
import type { MlflowServer } from '../support/servers/mlflow.ts';
import { startMoto } from '../support/servers/moto.ts';
import type { MotoServer } from '../support/servers/moto.ts';
import { startNginx } from '../support/servers/nginx.ts';
import type { Nginx } from '../support/servers/nginx.ts';
import { startOpenBao } from '../support/servers/openbao.ts';
import type { OpenBaoServer } from '../support/servers/openbao.ts';
import { TokenService } from '../support/servers/token-service.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { PythonClients } from './python/clients.ts';
import { buildExtension } from './window/built-extension.ts';
import type { BuiltExtension } from './window/built-extension.ts';
import { Stops } from './scene/stops.ts';
import { CauseWindow } from './window/cause-window.ts';
import type { WindowOptions } from './window/cause-window.ts';

export const mlflowPassword = 'canary-mlflow-admin';
/** Of `ada`, in the directory. */
export const ldapPassword = 'canary-ldap-ada';

/** Whose certificate the token service has, too. */
export const azureSignInName = 'login.company.example';

/** What several rows use, started when the first asks for it. */
export class Parts {
  readonly #folder = lazy(async () => runFolder('causes'));
  readonly #stops = new Stops();

  readonly extension = lazy(async (): Promise<BuiltExtension> => buildExtension(await this.#folder()));
  /** Its administrator is `admin`. */
  readonly mlflow = lazy(async (): Promise<MlflowServer> =>
    this.#stopped(await startMlflow({ folder: await this.folder('mlflow'), adminPassword: mlflowPassword })),
  );
  /** One with several workspaces; its administrator is the same. */
  readonly mlflowWithWorkspaces = lazy(async (): Promise<MlflowServer> =>
    this.#stopped(
      await startMlflow({
        folder: await this.folder('workspaces'),
        adminPassword: mlflowPassword,
        env: { MLFLOW_ENABLE_WORKSPACES: 'true' },
      }),
    ),
  );
  readonly bao = lazy(async (): Promise<OpenBaoServer> =>
    this.#stopped(await startOpenBao({ folder: await this.folder('bao') })),
  );
  /** People of this company. */
  readonly ldap = lazy(async (): Promise<LdapServer> =>
    this.#stopped(await startLdap(await this.folder('rightful-secret-ldap'), { ada: ldapPassword })),
  );
  readonly baoWithLdap = lazy(async (): Promise<OpenBaoServer> =>
    this.#stopped(await startOpenBao({ folder: await this.folder('bao-ldap'), part: 'openbao-ldap' })),
  );
  readonly moto = lazy(async (): Promise<MotoServer> =>
    this.#stopped(await startMoto({ folder: await this.folder('moto') })),
  );
  /** A gateway to MLflow by any name. */
  readonly gateway = lazy(async (): Promise<Nginx> => {
    return this.#stopped(
      await startNginx({ folder: await this.folder('gateway'), server: await this.toMlflow() }),
    );
  });
  /** Of the company's own authority, for this machine. */
  readonly certificates = lazy(async (): Promise<Certificates> =>
    this.certificatesFor('certificates', ['127.0.0.1', 'localhost']),
  );
  /** Microsoft's sign-in, and the certificates by which it and the vaults are known. */
  readonly azure = lazy(async (): Promise<{ certificates: Certificates; tokens: TokenService }> => {
    const names = ['localhost', '127.0.0.1', '*.vault.azure.net', azureSignInName];
    const certificates = await this.certificatesFor('azure', names);
    return { certificates, tokens: this.#stopped(await TokenService.start(certificates)) };
  });
  readonly python = lazy(async (): Promise<PythonClients> => {
    return this.#stopped(new PythonClients(await runFolder('causes-python')));
  });

  /** Of an authority of their own. */
  async certificatesFor(name: string, hosts: readonly string[], validity?: Validity): Promise<Certificates> {
    return makeCertificates(await this.folder(name), hosts, validity);
  }

  /** Directives that pass everything on to MLflow, which hears its own name. */
  async toMlflow(): Promise<string> {
    const { port } = await this.mlflow();
    return `location / { proxy_set_header Host 127.0.0.1:${port}; proxy_pass http://127.0.0.1:${port}; }`;
  }

  async folder(name: string): Promise<string> {
    const folder = join(await this.#folder(), name);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  async window(name: string, options: WindowOptions): Promise<CauseWindow> {
    return CauseWindow.open(await this.extension(), await this.folder(name.replaceAll(/\W+/g, '-')), options);
  }

  async stop(): Promise<void> {
    await this.#stops.stop();
  }

  #stopped<T extends { stop(): Promise<void> }>(server: T): T {
    return this.#stops.add(server);
  }
}

function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => (made ??= make());
}
