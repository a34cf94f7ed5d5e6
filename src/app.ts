import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Approvals } from './connection/approvals.ts';
import type { ConnectionConfiguration } from './configuration/configuration.ts';
import { ConnectionController } from './connection/connection-controller.ts';
import { LocalAddress } from './connection/local-address.ts';
import type { StartProxyWorker } from './connection/local-proxy.ts';
import { readConfiguration } from './configuration/read-configuration.ts';
import type { ConfigurationResult } from './configuration/read-configuration.ts';
import type { SettingsLayer } from './settings/setting-values.ts';
import { LastProblem } from './doctor/last-problem.ts';
import { commands, contextKeys } from './settings/manifest.ts';
import { startProxyWorker } from './connection/proxy-worker.ts';
import type { SecretResolver } from './secrets/secret-resolver.ts';
import { openResolver } from './secrets/open-resolver.ts';
import type { BootstrapName } from './providers/source.ts';
import { showActions } from './vscode/status/actions-menu.ts';
import { Announcer } from './vscode/status/announcer.ts';
import { checkTrackingServer } from './vscode/diagnosis/check-tracking-server.ts';
import type { ServerCheck } from './vscode/diagnosis/check-tracking-server.ts';
import { connectFlow, settingsOf } from './vscode/connect/connect-flow.ts';
import type { ConnectFlowHost } from './vscode/connect/connect-flow.ts';
import { askCredentials } from './vscode/connect/credential-steps.ts';
import { registerCommands } from './vscode/commands.ts';
import { Credentials } from './vscode/credentials.ts';
import { diagnose } from './vscode/diagnosis/diagnose.ts';
import type { DiagnoseHost } from './vscode/diagnosis/diagnose.ts';
import { DiagnosisView } from './vscode/diagnosis/diagnosis-view.ts';
import { createLog } from './vscode/log.ts';
import { upstreamFor } from './vscode/network.ts';
import { PythonVariables } from './vscode/python-variables.ts';
import { SecretStore } from './vscode/secret-store.ts';
import { onDidChangeSettings, readFoundValues } from './vscode/settings.ts';
import { sourceContext } from './vscode/source-context.ts';
import { StatusBar } from './vscode/status/status-bar.ts';

/** The composition root: makes the rooms, wires them, and stops them in order. */
export class App {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #store: SecretStore;
  readonly #credentials: Credentials;
  readonly #approvals: Approvals;
  readonly #connection: ConnectionController;
  readonly #statusBar: StatusBar;
  readonly #announcer = new Announcer();
  readonly #lastProblem = new LastProblem();
  readonly #diagnosis = new DiagnosisView();
  readonly #startProxyWorker: StartProxyWorker;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
    this.#log = createLog();
    this.#store = new SecretStore(context.secrets, workspaceId(context.workspaceState));
    this.#credentials = new Credentials(this.#store);
    this.#approvals = new Approvals(context.workspaceState);
    const python = new PythonVariables(context.environmentVariableCollection, context.extensionPath);
    const workerFile = join(context.extensionPath, 'dist', 'proxy-worker.cjs');
    this.#startProxyWorker = (listener) => startProxyWorker(workerFile, listener);
    this.#connection = new ConnectionController(
      {
        isTrusted: () => vscode.workspace.isTrusted,
        readConfiguration: async () => this.#read({}),
        approvals: this.#approvals,
        address: new LocalAddress(context.workspaceState),
        startProxyWorker: this.#startProxyWorker,
        portRetry: { attempts: 25, intervalMs: 200 },
        sessionToken: {
          get: async () => this.#store.sessionToken(),
          revoke: async () => this.#store.revokeSessionToken(),
        },
        upstreamFor: async ({ tracking, caFile }) => upstreamFor(tracking, caFile),
        openResolver: async (configuration) => this.#openResolver(configuration),
        environment: python,
        autoConnect: this.#autoConnect,
        log: (level, line) => this.#log[level](line),
      },
      () => {
        this.#statusBar.update();
        this.#announcer.stateChanged(this.#connection.state);
        this.#lastProblem.stateChanged(this.#connection.state, Date.now());
      },
    );
    this.#statusBar = new StatusBar(() => this.#connectionFacts());
    context.subscriptions.push(
      this.#log,
      this.#statusBar,
      this.#diagnosis,
      this.#registerCommands(),
      onDidChangeSettings(() => void this.#connection.reconsider()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#connection.reconsider()),
    );
  }

  /** The window must be usable at once: what takes longer goes on behind. */
  async start(): Promise<void> {
    if (this.#isKnown()) this.#statusBar.show();
    await this.#showAutoConnect();
    void this.#connection.reconsider();
  }

  async stop(): Promise<void> {
    await this.#connection.shutDown();
  }

  get #autoConnect(): { get(): boolean; set(isOn: boolean): Promise<void> } {
    const memory = this.#context.workspaceState;
    return {
      get: () => memory.get(autoConnectKey) === true,
      set: async (isOn) => {
        await memory.update(autoConnectKey, isOn);
        await this.#showAutoConnect();
        this.#statusBar.show();
      },
    };
  }

  async #showAutoConnect(): Promise<void> {
    await vscode.commands.executeCommand('setContext', contextKeys.autoConnect, this.#autoConnect.get());
  }

  /** Whether the user ever had to do with us here; an empty status bar item would only be in the way. */
  #isKnown(): boolean {
    return (
      this.#autoConnect.get() ||
      this.#approvals.approved !== undefined ||
      Object.keys(readFoundValues()).length > 0
    );
  }

  async #read(overlay: SettingsLayer): Promise<ConfigurationResult> {
    return readConfiguration({
      settings: { ...readFoundValues(), ...overlay },
      environment: process.env,
      hasBootstrap: async (scope, name) => this.#credentials.has(scope, name),
    });
  }

  async #openResolver(configuration: ConnectionConfiguration): Promise<SecretResolver> {
    const context = await sourceContext(
      this.#credentials.bootstrapFor(configuration),
      configuration.caFile,
      (line) => this.#log.info(line),
    );
    return openResolver(configuration, context, this.#store.cachedSecret);
  }

  #registerCommands(): vscode.Disposable {
    const connect = async (askEverything: boolean): Promise<unknown> =>
      this.#announcer.quietWhile(async () => connectFlow(this.#connectFlowHost(), { askEverything }));
    return registerCommands(
      {
        [commands.connect]: async () => connect(false),
        [commands.configure]: async () => connect(true),
        [commands.disconnect]: async () => this.#connection.disconnect({ revoke: false }),
        [commands.disconnectAndRevoke]: async () => this.#connection.disconnect({ revoke: true }),
        [commands.refreshSecret]: async () => this.#connection.refresh(),
        [commands.showConnection]: async () => {
          this.#log.show();
          return Promise.resolve();
        },
        [commands.diagnose]: async () => this.#diagnosis.show(await diagnose(this.#diagnoseHost())),
        [commands.showActions]: async () => showActions(this.#connection.state),
        [commands.enterCredential]: async () => this.#enterCredential(),
        [commands.forgetCredential]: async () => this.#forgetCredential(),
      },
      this.#log,
    );
  }

  #connectFlowHost(): ConnectFlowHost {
    return {
      approvals: this.#approvals,
      read: async (overlay) => this.#read(overlay),
      credentials: this.#credentials,
      checkTrackingServer: async (uri) => this.#checkTrackingServer(uri),
      connect: async () => this.#connection.connect(),
      disconnect: async () => this.#connection.disconnect({ revoke: false }),
      state: () => this.#connection.state,
    };
  }

  #diagnoseHost(): DiagnoseHost {
    return {
      read: async () => this.#read({}),
      approvals: this.#approvals,
      credentials: this.#credentials,
      checkTrackingServer: async (uri) => this.#checkTrackingServer(uri),
      connection: () => this.#connectionFacts(),
      lastProblem: () => this.#lastProblem.noted,
      version: (this.#context.extension.packageJSON as { readonly version: string }).version,
    };
  }

  #connectionFacts(): Pick<ConnectionController, 'state' | 'statistics' | 'lastDenial'> {
    const { state, statistics, lastDenial } = this.#connection;
    return { state, statistics, lastDenial };
  }

  async #checkTrackingServer(uri: string): Promise<ServerCheck> {
    const { values } = await this.#read({});
    return checkTrackingServer(uri, {
      startProxyWorker: this.#startProxyWorker,
      upstreamFor: async (tracking) => upstreamFor(tracking, values.optional('tls.caFile')),
    });
  }

  async #enterCredential(): Promise<void> {
    const read = await this.#read({});
    if (read.kind !== 'ready')
      return connectFlow(this.#connectFlowHost(), { askEverything: false }).then(() => undefined);
    const { configuration } = read;
    const entered = await askCredentials(settingsOf(read), this.#credentials);
    if (entered === undefined) return;
    const bootstrap = this.#credentials.bootstrapFor(configuration);
    for (const [name, secret] of Object.entries(entered)) {
      if (secret !== undefined) await bootstrap.set(name as BootstrapName, secret);
    }
    if (this.#autoConnect.get()) await this.#connection.connect();
  }

  async #forgetCredential(): Promise<void> {
    const read = await this.#read({});
    if (read.kind !== 'ready') return;
    await this.#credentials.forget(read.configuration);
    if (this.#autoConnect.get()) await this.#connection.connect();
  }
}

const autoConnectKey = 'autoConnect';

/** Names this workspace in SecretStorage, which all windows share. */
function workspaceId(memory: vscode.Memento): string {
  const kept = memory.get('id');
  if (typeof kept === 'string') return kept;
  const made = randomUUID();
  void memory.update('id', made);
  return made;
}
