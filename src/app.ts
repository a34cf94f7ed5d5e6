import { join } from 'node:path';
import * as vscode from 'vscode';
import { readConfiguration } from './configuration/read-configuration.ts';
import type { ConfigurationResult } from './configuration/read-configuration.ts';
import type { ConnectionConfiguration, TrackingServer } from './configuration/configuration.ts';
import { ConnectionController } from './connection/connection-controller.ts';
import type { ConnectionDependencies } from './connection/dependencies.ts';
import { LocalAddress } from './connection/local-address.ts';
import { startProxyWorker } from './connection/proxy-worker.ts';
import type { ProxyWorker, ProxyWorkerListener } from './connection/proxy-worker.ts';
import { LastProblem } from './doctor/last-problem.ts';
import { bootstrapScope } from './providers/providers.ts';
import type { BootstrapSecrets, SourceContext } from './providers/source.ts';
import { systemClock } from './secrets/clock.ts';
import { openResolver } from './secrets/open-resolver.ts';
import type { SecretResolver } from './secrets/secret-resolver.ts';
import { commands } from './settings/manifest.ts';
import type { SettingTexts } from './settings/written-values.ts';
import { registerCommands } from './vscode/commands.ts';
import { connectFlow } from './vscode/connect/connect-flow.ts';
import type { ConnectFlowHost } from './vscode/connect/connect-flow.ts';
import { enterCredential, forgetCredential } from './vscode/connect/credential-commands.ts';
import type { CredentialCommandsHost } from './vscode/connect/credential-commands.ts';
import { Credentials } from './vscode/credentials.ts';
import { checkTrackingServer } from './vscode/diagnosis/check-tracking-server.ts';
import type { ServerCheck } from './vscode/diagnosis/check-tracking-server.ts';
import { diagnose } from './vscode/diagnosis/diagnose.ts';
import type { DiagnoseHost } from './vscode/diagnosis/diagnose.ts';
import { DiagnosisView } from './vscode/diagnosis/diagnosis-view.ts';
import { Network } from './vscode/network.ts';
import { pythonPackageFolder } from './vscode/python-package-folder.ts';
import { PythonVariables } from './vscode/python-variables.ts';
import { KeptSecrets } from './vscode/kept-secrets.ts';
import { RecordStorage } from './vscode/record-storage.ts';
import { SecretStore } from './vscode/secret-store.ts';
import { onDidChangeSettings, readFoundValues, readForeignHttpProxy } from './vscode/settings.ts';
import { LogChannel } from './vscode/sinks/log-channel.ts';
import { sourceContext } from './vscode/source-context.ts';
import { Sweeper } from './vscode/sweeper.ts';
import { showActions } from './vscode/status/actions-menu.ts';
import { showAnnouncement } from './vscode/status/announcement.ts';
import { Announcer } from './vscode/status/announcer.ts';
import { MemoryNotice } from './vscode/status/memory-notice.ts';
import { StatusBar } from './vscode/status/status-bar.ts';
import { watchedFiles } from './vscode/watched-files.ts';
import { WindowAttention, windowHealth } from './vscode/window-attention.ts';
import { RememberedWorkspace } from './vscode/workspace-memory.ts';

/** The composition root: makes the rooms, wires them, and stops them in order. It decides nothing. */
export class App {
  readonly #context: vscode.ExtensionContext;
  readonly #log = new LogChannel('MLflow Secrets Auth');
  readonly #workspace: RememberedWorkspace;
  readonly #store: SecretStore;
  readonly #credentials: Credentials;
  readonly #kept: KeptSecrets;
  readonly #sweeper: Sweeper;
  readonly #network: Network;
  readonly #connection: ConnectionController;
  readonly #statusBar = new StatusBar(() => this.#connectionFacts());
  readonly #attention = new WindowAttention(() => void this.#connection.lookAgain());
  readonly #announcer = new Announcer({ attention: this.#attention, show: showAnnouncement });
  readonly #memoryNotice: MemoryNotice;
  readonly #lastProblem = new LastProblem();
  readonly #diagnosis = new DiagnosisView();

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
    this.#workspace = new RememberedWorkspace(context.workspaceState);
    const records = new RecordStorage(context.secrets, context.globalState);
    this.#memoryNotice = new MemoryNotice(
      () => records.isInMemoryOnly,
      (line) => this.#log.warn(line),
    );
    this.#store = new SecretStore(records, this.#workspace.id);
    this.#sweeper = new Sweeper(records, systemClock, (line) => this.#log.warn(line));
    this.#kept = new KeptSecrets({
      store: this.#store,
      sourceContext: async (bootstrap) => this.#sourceContext(bootstrap),
      log: (line) => this.#log.warn(line),
    });
    this.#credentials = new Credentials(this.#store, readFoundValues);
    this.#network = new Network(
      { workerFile: this.#bundle('certificate-worker'), log: (line) => this.#log.warn(line) },
      () => void this.#connection.renewUpstream(),
    );
    this.#connection = new ConnectionController(this.#dependencies(), () => this.#connectionChanged());
    context.subscriptions.push(
      this.#log,
      this.#statusBar,
      this.#diagnosis,
      this.#announcer,
      this.#attention,
      this.#sweeper,
      this.#store.onForgotten((isOf) => void this.#forgotten(isOf)),
      this.#registerCommands(),
      onDidChangeSettings(() => void this.#connection.reconsider()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#connection.reconsider()),
    );
  }

  /** The window must be usable at once, so connecting is not waited for. */
  async start(): Promise<void> {
    if (this.#workspace.isKnown) this.#statusBar.show();
    await this.#workspace.showAutoConnect();
    void this.#sweeper.sweep();
    void this.#connection.reconsider();
  }

  async stop(): Promise<void> {
    await this.#connection.shutDown();
  }

  #dependencies(): ConnectionDependencies {
    const { environmentVariableCollection, workspaceState } = this.#context;
    return {
      isTrusted: () => vscode.workspace.isTrusted,
      readConfiguration: async () => this.#read(),
      approvals: this.#workspace.approvals,
      address: new LocalAddress(workspaceState),
      startProxyWorker: (listener) => this.#startProxyWorker(listener),
      portRetry: { attempts: 25, intervalMs: 200 },
      sessionToken: this.#store.sessionToken,
      upstreamFor: async (configuration) => this.#network.upstreamFor(configuration),
      openResolver: async (configuration) => this.#openResolver(configuration),
      clock: systemClock,
      files: watchedFiles,
      kept: this.#kept,
      health: windowHealth(this.#attention),
      environment: new PythonVariables(environmentVariableCollection, () =>
        pythonPackageFolder(this.#context, (line) => this.#log.warn(line)),
      ),
      autoConnect: {
        get: () => this.#workspace.autoConnect,
        set: async (isOn) => {
          await this.#workspace.setAutoConnect(isOn);
          this.#statusBar.show();
        },
      },
      log: (level, line) => this.#log[level](line),
    };
  }

  #connectionChanged(): void {
    const { state } = this.#connection;
    this.#statusBar.update();
    this.#announcer.stateChanged(state);
    this.#memoryNotice.stateChanged(state);
    this.#lastProblem.stateChanged(state, Date.now());
  }

  #connectionFacts(): Pick<ConnectionController, 'state' | 'statistics' | 'lastDenial'> {
    const { state, statistics, lastDenial } = this.#connection;
    return { state, statistics, lastDenial };
  }

  /** As it will be once these settings are written, if any. */
  async #read(settings: SettingTexts = {}): Promise<ConfigurationResult> {
    return readConfiguration({
      settings: readFoundValues(settings),
      environment: process.env,
      foreignHttpProxy: readForeignHttpProxy(),
      hasBootstrap: async (scope, name) => this.#credentials.has(scope, name),
    });
  }

  #startProxyWorker(listener: ProxyWorkerListener): ProxyWorker {
    return startProxyWorker(this.#bundle('proxy-worker'), listener, vscode.l10n.bundle);
  }

  #bundle(name: string): string {
    return join(this.#context.extensionPath, 'dist', `${name}.cjs`);
  }

  async #openResolver(configuration: ConnectionConfiguration): Promise<SecretResolver> {
    const bootstrap = this.#credentials.bootstrapFor(configuration);
    const { source, tracking, caFile, cache } = configuration;
    const certificates = await this.#network.sourceCertificates(caFile);
    const context = sourceContext(bootstrap, certificates, (line) => this.#log.warn(line));
    const subject = { scope: bootstrapScope(source, tracking.origin), about: tracking.origin };
    const signInStorage =
      cache.keep === 'secretStorage' ? { signInStorage: this.#store.signIn(subject, source) } : {};
    const cached = this.#store.cachedSecret(subject);
    return openResolver(configuration, { ...context, ...signInStorage }, cached);
  }

  async #sourceContext(bootstrap: BootstrapSecrets): Promise<SourceContext> {
    const { values } = await this.#read();
    const certificates = await this.#network.sourceCertificates(values.optional('tls.caFile'));
    return sourceContext(bootstrap, certificates, (line) => this.#log.warn(line));
  }

  async #forgotten(isOf: (scope: string) => boolean): Promise<void> {
    await this.#connection.forgotten(({ source, tracking }) => isOf(bootstrapScope(source, tracking.origin)));
  }

  async #checkTrackingServer(uri: string): Promise<ServerCheck> {
    const { values } = await this.#read();
    return checkTrackingServer(uri, {
      startProxyWorker: (listener) => this.#startProxyWorker(listener),
      upstreamFor: async (tracking: TrackingServer) =>
        this.#network.settledUpstreamFor(tracking, values, this.#workspace.approvals.approved),
    });
  }

  /** What commands work with. */
  #commandHost(): ConnectFlowHost & CredentialCommandsHost & DiagnoseHost {
    const connection = this.#connection;
    return {
      approvals: this.#workspace.approvals,
      credentials: this.#credentials,
      read: async (settings?: SettingTexts) => this.#read(settings),
      checkTrackingServer: async (uri) => this.#checkTrackingServer(uri),
      connect: async () => connection.connect(),
      reconnect: async () => connection.reconnect(),
      disconnect: async () => connection.disconnect({ revoke: false }),
      forget: async (configuration) => this.#kept.forget(configuration),
      kept: async () => this.#store.list(),
      connectByHand: async () => this.#connectByHand({ askEverything: false }),
      connection: () => this.#connectionFacts(),
      askServer: async () => connection.askServer(),
      lastProblem: () => this.#lastProblem.noted,
      version: (this.#context.extension.packageJSON as { readonly version: string }).version,
    };
  }

  async #connectByHand(options: { readonly askEverything: boolean }): Promise<unknown> {
    return this.#announcer.quietWhile(async () => connectFlow(this.#commandHost(), options));
  }

  #registerCommands(): vscode.Disposable {
    const connection = this.#connection;
    const host = this.#commandHost();
    return registerCommands(
      {
        [commands.connect]: async () => this.#connectByHand({ askEverything: false }),
        [commands.configure]: async () => this.#connectByHand({ askEverything: true }),
        [commands.disconnect]: async () => connection.disconnect({ revoke: false }),
        [commands.disconnectAndRevoke]: async () => connection.disconnect({ revoke: true }),
        [commands.refreshSecret]: async () => connection.refresh(),
        [commands.showLog]: () => this.#log.show(),
        [commands.diagnose]: async () => diagnose(host, this.#diagnosis),
        [commands.showActions]: async () => showActions(connection.state),
        [commands.enterCredential]: async () => this.#announcer.quietWhile(async () => enterCredential(host)),
        [commands.forgetCredential]: async () => forgetCredential(host),
      },
      this.#log,
    );
  }
}
