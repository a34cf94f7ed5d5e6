import { Approvals } from '../../src/connection/approvals.ts';
import { upstreamId } from '../../src/connection/client-token.ts';
import { ConnectionController } from '../../src/connection/connection-controller.ts';
import type { HealthDependencies } from '../../src/connection/dependencies.ts';
import { HeldPort } from '../../src/connection/held-port.ts';
import type { HoldPort } from '../../src/connection/held-port.ts';
import { LocalAddress } from '../../src/connection/local-address.ts';
import type { LocalEndpoint } from '../../src/connection/local-endpoint.ts';
import type { StartProxyWorker } from '../../src/connection/local-proxy.ts';
import { startProxyWorker } from '../../src/connection/proxy-worker.ts';
import type { ConnectionConfiguration } from '../../src/configuration/configuration.ts';
import { destinationOf } from '../../src/configuration/destination.ts';
import type { ConfigurationResult } from '../../src/configuration/read-configuration.ts';
import { bootstrapScope } from '../../src/providers/providers.ts';
import type { BootstrapSecrets, SourceContext } from '../../src/providers/source.ts';
import { systemClock } from '../../src/secrets/clock.ts';
import { MemoryText } from '../../src/secrets/memory-text.ts';
import { openResolver } from '../../src/secrets/open-resolver.ts';
import { readValues } from '../../src/settings/setting-values.ts';
import { Problem } from '../../src/problem.ts';
import { KeptSecrets } from '../../src/vscode/kept-secrets.ts';
import type { RecordStorage } from '../../src/vscode/record-storage.ts';
import { SecretStore } from '../../src/vscode/secret-store.ts';

const broken = new Problem({
  code: 'settings.unexpected',
  message: 'The settings are broken.',
  remedy: 'Mend them.',
  retry: 'afterFix',
});

export type Reading = 'ready' | 'incomplete' | 'invalid';

const workerFile = new URL('../../src/proxy/worker.ts', import.meta.url).pathname;
const inWorker: StartProxyWorker = (listener) => startProxyWorker(workerFile, listener);

interface ProxyStarts {
  readonly startProxy?: StartProxyWorker;
  /** What listens at the port after the connection. */
  readonly hold?: HoldPort;
}

const holdNothing: HoldPort = async () => Promise.resolve(undefined);

/** A window as `app.ts` wires it, with a real proxy, and without the editor. */
export class ConnectedWindow {
  readonly #workspace = new Map<string, unknown>();
  readonly #memory = {
    get: (key: string): unknown => this.#workspace.get(key),
    update: async (key: string, value: unknown) => Promise.resolve(void this.#workspace.set(key, value)),
  };
  readonly approvals = new Approvals(this.#memory);
  readonly store: SecretStore;
  readonly kept: KeptSecrets;
  readonly connection: ConnectionController;
  configuration: ConnectionConfiguration;
  bootstrap: BootstrapSecrets | undefined;
  isTrusted = true;
  reading: Reading = 'ready';
  autoConnect = true;
  upstreamFails = false;
  openExternal: SourceContext['openExternal'] = async () => Promise.resolve(false);
  endpoint: LocalEndpoint | undefined;
  readonly log: string[] = [];
  /** Each kind of state that it had. */
  readonly history: string[] = [];
  intervalMs = 0;
  /** Most windows are about the store, and have no tracking server. */
  openCheck: HealthDependencies['openCheck'] = () => async () =>
    Promise.resolve({ kind: 'accepted', server: undefined });

  constructor(
    records: RecordStorage,
    workspaceId: string,
    configuration: ConnectionConfiguration,
    { startProxy = inWorker, hold = holdNothing }: ProxyStarts = {},
  ) {
    this.configuration = configuration;
    this.store = new SecretStore(records, workspaceId);
    const address = new LocalAddress(this.#memory, this.store.sessionToken.isKept);
    this.kept = new KeptSecrets({
      store: this.store,
      processes: { endOwn: async () => Promise.resolve(), endOf: async () => Promise.resolve() },
      sourceContext: async (bootstrap) => Promise.resolve(this.#context(bootstrap)),
      log: (line) => this.log.push(line),
    });
    this.connection = new ConnectionController(
      {
        isTrusted: () => this.isTrusted,
        readConfiguration: async () => Promise.resolve(this.#read()),
        clock: systemClock,
        files: { signIn: () => [], certificates: () => [] },
        approvals: this.approvals,
        address,
        startProxyWorker: startProxy,
        portRetry: { attempts: 2, intervalMs: 10 },
        sessionToken: this.store.sessionToken,
        heldPort: new HeldPort(address, this.store.sessionToken, hold),
        upstreamFor: async ({ tracking }) => {
          if (this.upstreamFails) throw new Error('no certificates');
          return Promise.resolve({
            id: upstreamId(tracking),
            ...tracking,
            httpProxy: undefined,
            trust: { kind: 'roots', added: [], isComplete: true },
            clientCertificate: undefined,
          });
        },
        openResolver: async (open) => {
          const subject = { scope: bootstrapScope(open.source, open.tracking.origin), about: 'a server' };
          const bootstrap = this.bootstrap ?? this.store.bootstrap(subject);
          const signInStorage = this.store.signIn(subject, open.source);
          const stored = this.store.cachedSecret(subject);
          const isKept = open.cache.keep === 'secretStorage';
          if (!isKept) await stored.delete();
          const record = new MemoryText(isKept ? stored : undefined);
          return openResolver(open, { ...this.#context(bootstrap), signInStorage }, record);
        },
        keeping: {
          plan: async () => Promise.resolve(undefined),
          takeOver: async () => Promise.resolve(),
          language: 'en',
        },
        kept: this.kept,
        health: {
          attention: { isThere: () => true, onChange: () => () => undefined },
          intervalMs: () => this.intervalMs,
          random: () => 0.5,
          openCheck: (configuration, access) => this.openCheck(configuration, access),
        },
        environment: {
          apply: (endpoint) => {
            this.endpoint = endpoint;
          },
          clear: () => undefined,
        },
        givenUp: { get: () => undefined, set: async () => Promise.resolve() },
        autoConnect: {
          get: () => this.autoConnect,
          set: async (isOn) => {
            this.autoConnect = isOn;
            return Promise.resolve();
          },
        },
        log: (_level, line) => this.log.push(line),
      },
      () => {
        const { kind } = this.connection.state;
        if (kind !== this.history.at(-1)) this.history.push(kind);
      },
    );
    this.kept.onForgotten((isOf) => void this.connection.forgotten(isOf));
  }

  async approve(): Promise<void> {
    await this.approvals.approve(destinationOf(this.configuration));
  }

  async forget(): Promise<void> {
    await this.connection.disconnect({ revoke: false });
    const { source, tracking } = this.configuration;
    await this.kept.forget(bootstrapScope(source, tracking.origin));
  }

  #context(bootstrap: BootstrapSecrets): SourceContext {
    return {
      bootstrap,
      environment: process.env,
      homeFolder: '/nonexistent',
      clock: systemClock,
      random: () => 0.5,
      extraCertificates: [],
      log: (line) => this.log.push(line),
      openExternal: async (url) => this.openExternal(url),
      microsoftToken: async () => Promise.resolve(undefined),
    };
  }

  #read(): ConfigurationResult {
    const common = {
      choice: { kind: 'chosen', provider: this.configuration.source.provider, reason: '', skipped: [] },
      unused: [],
      notices: [],
      risk: undefined,
      values: readValues([]),
    } as const;
    switch (this.reading) {
      case 'ready':
        return { ...common, kind: 'ready', configuration: this.configuration };
      case 'incomplete':
        return { ...common, kind: 'incomplete', missing: ['trackingUri'], problems: [] };
      case 'invalid':
        return { ...common, kind: 'invalid', problem: broken };
    }
  }
}
