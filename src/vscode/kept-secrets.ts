import * as l10n from '@vscode/l10n';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import type { UndoneOptions } from '../connection/ending.ts';
import { asProblem } from '../problem.ts';
import { bootstrapScope, providerOf } from '../providers/providers.ts';
import type { BootstrapSecrets, SourceContext } from '../providers/source.ts';
import { isStorageProblem } from './storage-problems.ts';
import type { ProxyProcesses } from './proxy-processes.ts';
import type { KeptSignIn, SecretStore } from './secret-store.ts';

type NoteUndone = UndoneOptions['undone'];

export interface KeptSecretsOptions {
  readonly store: SecretStore;
  /** `endOwn`: that of this workspace; unless `forAll`, not while a window is attached to it. */
  readonly processes: Pick<ProxyProcesses, 'endOwn' | 'endOf'>;
  readonly sourceContext: (bootstrap: BootstrapSecrets) => Promise<SourceContext>;
  readonly log: (line: string) => void;
}

/** Of a source that signs nobody in. */
const noBootstrap: BootstrapSecrets = {
  get: async () => Promise.resolve(undefined),
  set: async () => Promise.resolve(),
  delete: async () => Promise.resolve(),
};

/** Ends what SecretStorage holds of connections: nothing of it outlives them. */
export class KeptSecrets {
  readonly #options: KeptSecretsOptions;

  constructor(options: KeptSecretsOptions) {
    this.#options = options;
  }

  /** Calls back when another window forgets a credential, with whether a connection uses it. */
  onForgotten(
    ended: (isOf: (configuration: ConnectionConfiguration) => boolean) => void,
  ): ReturnType<SecretStore['onForgotten']> {
    return this.#options.store.onForgotten((isOf) =>
      ended(({ source, tracking }) => isOf(bootstrapScope(source, tracking.origin))),
    );
  }

  /**
   * All of this workspace. Never rejects: what could not be deleted is logged, and ends at its own time. `forAll`: also
   * a proxy that other windows use.
   */
  async end({ forAll = false, undone }: UndoneOptions & { readonly forAll?: boolean } = {}): Promise<void> {
    const { store, processes } = this.#options;
    await this.#attempt(async () => processes.endOwn({ forAll }), undone);
    await this.#attempt(async () => store.deleteCachedSecret(), undone);
    await this.#attempt(async () => this.#giveBack(await store.ownSignIns(), undone), undone);
  }

  /** What this workspace has of any connection but this one. Never rejects, as `end`. */
  async endOthers({ source, tracking, cache }: ConnectionConfiguration): Promise<void> {
    const { store } = this.#options;
    if (cache.keep === 'memory') {
      await this.end();
      return;
    }
    const scope = bootstrapScope(source, tracking.origin);
    await this.#attempt(async () =>
      this.#giveBack((await store.ownSignIns()).filter(({ isOf }) => !isOf(scope))),
    );
  }

  /**
   * What belongs to this sign-in in all workspaces, what was entered included; the other windows stop, and the processes of
   * workspaces that have none now.
   */
  async forget(scope: string, { undone }: UndoneOptions = {}): Promise<void> {
    const { store, processes } = this.#options;
    const ended = this.#attempt(async () => processes.endOf(scope), undone);
    await this.#giveBack(await store.forget(scope), undone);
    await ended;
  }

  async #giveBack(signIns: readonly KeptSignIn[], undone?: NoteUndone): Promise<void> {
    await Promise.all(
      signIns.map(async (signIn) => this.#attempt(async () => this.#giveBackOne(signIn, undone), undone)),
    );
  }

  async #giveBackOne({ source, storage }: KeptSignIn, undone?: NoteUndone): Promise<void> {
    try {
      const context = await this.#options.sourceContext(noBootstrap);
      const opened = await providerOf(source).load(source, { ...context, signInStorage: storage });
      await opened.close({ revoke: true, notGivenBack: () => undone?.('signIn') });
    } finally {
      await storage.delete();
    }
  }

  async #attempt(end: () => Promise<void>, undone?: NoteUndone): Promise<void> {
    try {
      await end();
    } catch (error) {
      const { message } = asProblem(error, 'secret.unexpected', 'automatic');
      this.#options.log(l10n.t('A stored credential could not be deleted: {0}', message));
      undone?.(isStorageProblem(error) ? 'record' : 'other');
    }
  }
}
