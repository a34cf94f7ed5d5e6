import * as vscode from 'vscode';
import { join } from 'node:path';
import type * as Attach from '../connection/attach.ts';
import { aloneMsOf } from '../connection/process-or-worker.ts';
import type { KeptConnection } from '../connection/kept-connections.ts';
import type { ProxyProcessOptions } from '../connection/proxy-process.ts';
import type { SecretStore } from './secret-store.ts';
import { startEnvironment } from './start-environment.ts';

const attaching = async (): Promise<typeof Attach> => import('../connection/attach.ts');

export interface ProxyProcessesOptions {
  /** The bundle. */
  readonly file: string;
  /** Of the extension, for all workspaces. */
  readonly storageFolder: string;
  readonly store: Pick<SecretStore, 'controlKey'>;
  readonly workspaceId: string;
}

/** The processes of this user's proxies: that of this workspace, and those of others. */
export class ProxyProcesses {
  readonly #options: ProxyProcessesOptions;
  readonly #folder: string;

  constructor(options: ProxyProcessesOptions) {
    this.#options = options;
    this.#folder = join(options.storageFolder, 'run');
  }

  get own(): ProxyProcessOptions {
    return this.#own({ mayMake: true });
  }

  /** That of this workspace, to which this window is not attached. */
  async endOwn(options: { readonly forAll: boolean }): Promise<void> {
    await (await attaching()).endLeftProxy(this.#own({ mayMake: false }), options);
  }

  /** Of whatever workspace, where no window is there to end it. */
  async endOf(signInScope: string): Promise<void> {
    const { file, store } = this.#options;
    const key = await store.controlKey({ mayMake: false });
    if (key === undefined) return;
    const { allControlPlaces, endProxiesOf } = await attaching();
    await endProxiesOf(signInScope, await allControlPlaces({ folder: this.#folder, key }), { file });
  }

  /** Those of all workspaces that go on without a window. */
  async kept(): Promise<readonly KeptConnection[]> {
    const { file, store } = this.#options;
    const key = await store.controlKey({ mayMake: false });
    if (key === undefined) return [];
    const { allControlPlaces, keptConnections } = await attaching();
    return keptConnections(await allControlPlaces({ folder: this.#folder, key }), { file });
  }

  #own(keyOptions: { readonly mayMake: boolean }): ProxyProcessOptions {
    const { file, store, workspaceId } = this.#options;
    return {
      file,
      place: async () => {
        const key = await store.controlKey(keyOptions);
        if (key === undefined) return undefined;
        return (await attaching()).controlPlace({ folder: this.#folder, key, workspaceId });
      },
      texts: vscode.l10n.bundle,
      folder: vscode.workspace.name,
      aloneMs: aloneMsOf(startEnvironment),
    };
  }
}
