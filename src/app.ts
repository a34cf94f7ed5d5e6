import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConfigurationResult } from './configuration/read-configuration.ts';
import { ConnectionController } from './connection/connection-controller.ts';
import type { ConnectionDependencies } from './connection/dependencies.ts';
import { HeldPort } from './connection/held-port.ts';
import type { HoldPort } from './connection/held-port.ts';
import { LocalAddress } from './connection/local-address.ts';
import { processOrWorker } from './connection/process-or-worker.ts';
import { startProxyWorker } from './connection/proxy-worker.ts';
import type { ProxyWorker, ProxyWorkerListener } from './connection/proxy-worker.ts';
import { LastProblem } from './doctor/last-problem.ts';
import { systemClock } from './secrets/clock.ts';
import type { SettingChanges } from './settings/written-values.ts';
import { offerToAgents } from './vscode/agents/agents.ts';
import { registerCommands, setContext } from './vscode/commands.ts';
import { ConnectedWindow } from './vscode/connected-window.ts';
import { Credentials } from './vscode/credentials.ts';
import { DiagnosisView } from './vscode/diagnosis/diagnosis-view.ts';
import { Network } from './vscode/network.ts';
import { pythonPackageFolder } from './vscode/python-package-folder.ts';
import { ProxyProcesses } from './vscode/proxy-processes.ts';
import { PublicConnection } from './vscode/public-connection.ts';
import type { MlflowConnection } from './vscode/public-connection.ts';
import { PythonVariables } from './vscode/python-variables.ts';
import { linkedServer } from './vscode/links/linked-server.ts';
import type { LinksHost } from './vscode/links/linked-server.ts';
import { KeptSecrets } from './vscode/kept-secrets.ts';
import { RecordStorage } from './vscode/record-storage.ts';
import { SecretSources } from './vscode/secret-sources.ts';
import { SecretStore } from './vscode/secret-store.ts';
import { onDidChangeSettings, readFoundValues } from './vscode/settings.ts';
import { LogChannel } from './vscode/sinks/log-channel.ts';
import { startEnvironment } from './vscode/start-environment.ts';
import { Sweeper } from './vscode/sweeper.ts';
import { Announcer } from './vscode/status/announcer.ts';
import { MemoryNotice } from './vscode/status/memory-notice.ts';
import { StatusBar } from './vscode/status/status-bar.ts';
import { watchedFiles } from './vscode/watched-files.ts';
import { UserProgress } from './vscode/user-progress.ts';
import { sideBar } from './vscode/views/side-bar.ts';
import { WindowAttention, windowHealth } from './vscode/window-attention.ts';
import type { CommandHost } from './vscode/window-commands.ts';
import { readWindowConfiguration } from './vscode/window-configuration.ts';
import { watchFolders } from './vscode/watch-folders.ts';
import { RememberedWorkspace } from './vscode/workspace-memory.ts';

const userCommands = async () => import('./vscode/user-commands.ts');
const attaching = async () => import('./connection/attach.ts');
const firstSight = async () => import('./vscode/first-sight.ts');

/** The composition root: makes the rooms, wires them, and stops them in order. It decides nothing. */
export class App {
  readonly #context: vscode.ExtensionContext;
  readonly #log = new LogChannel('MLflow Secrets Auth');
  readonly #warn = (line: string): void => this.#log.warn(line);
  readonly #workspace: RememberedWorkspace;
  readonly #address: LocalAddress;
  readonly #store: SecretStore;
  readonly #processes: ProxyProcesses;
  readonly #credentials: Credentials;
  readonly #sources: SecretSources;
  readonly #kept: KeptSecrets;
  readonly #read = async (changes?: SettingChanges): Promise<ConfigurationResult> =>
    readWindowConfiguration(this.#credentials, changes);
  readonly #sweeper: Sweeper;
  readonly #network: Network;
  readonly #connection: ConnectionController;
  readonly #statusBar = new StatusBar(
    () => this.#connection,
    () => this.#workspace.plan,
  );
  readonly #attention = new WindowAttention(() => void this.#connection.lookAgain());
  readonly #announcer = new Announcer({
    attention: this.#attention,
    show: async (state) => (await userCommands()).showAnnouncement(state, () => this.#connection.state),
    hide: async () => (await userCommands()).clearScreen(),
  });
  readonly #memoryNotice: MemoryNotice;
  readonly #variables: PythonVariables;
  readonly #links: LinksHost = {
    linkedServer: () => linkedServer(this.#connection.state, this.#address.port),
  };
  readonly #connectedWindow: ConnectedWindow;
  readonly #lastProblem = new LastProblem();
  readonly #diagnosis = new DiagnosisView();
  readonly #progress = new UserProgress(setContext);
  readonly #public: PublicConnection;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
    const { version } = context.extension.packageJSON as { readonly version: string };
    this.#public = new PublicConnection(version, new vscode.EventEmitter());
    this.#workspace = new RememberedWorkspace(context.workspaceState, context.storageUri?.fsPath);
    const records = new RecordStorage(context.secrets, context.globalState);
    const showKept = async (): Promise<void> => (await userCommands()).showKeptInMemory(this.#warn);
    this.#memoryNotice = new MemoryNotice(() => records.isInMemoryOnly, showKept);
    this.#store = new SecretStore(records, this.#workspace.id);
    this.#address = new LocalAddress(context.workspaceState, this.#store.sessionToken.isKept);
    this.#processes = new ProxyProcesses({
      ...{ file: this.#bundle('proxy-process'), storageFolder: context.globalStorageUri.fsPath },
      ...{ store: this.#store, workspaceId: this.#workspace.id },
    });
    this.#sweeper = new Sweeper(records, systemClock, this.#warn, this.#progress.storesEntered);
    this.#credentials = new Credentials(this.#store, readFoundValues);
    this.#variables = new PythonVariables(context.environmentVariableCollection, () =>
      pythonPackageFolder(context, this.#warn),
    );
    const reading = { workerFile: this.#bundle('certificate-worker'), log: this.#warn };
    this.#network = new Network(reading, () => void this.#connection.renewUpstream());
    this.#sources = new SecretSources({
      ...{ read: this.#read, credentials: this.#credentials, store: this.#store },
      ...{ network: this.#network, log: this.#warn },
    });
    this.#kept = new KeptSecrets({
      store: this.#store,
      processes: this.#processes,
      sourceContext: async (bootstrap) => this.#sources.contextNow(bootstrap),
      log: this.#warn,
    });
    const { approvals } = this.#workspace;
    const host = { ...this.#links, approvals, read: this.#read, reconsider: this.#reconsider };
    this.#connectedWindow = new ConnectedWindow(context, host, this.#warn);
    this.#connection = new ConnectionController(this.#dependencies(), () => this.#connectionChanged());
    context.subscriptions.push(
      ...[this.#log, this.#statusBar, this.#diagnosis, this.#announcer, this.#attention, this.#sweeper],
      this.#kept.onForgotten((isOf) => void this.#connection.forgotten(isOf)),
      this.#registerCommands(),
      onDidChangeSettings(this.#reconsider),
      vscode.workspace.onDidGrantWorkspaceTrust(this.#reconsider),
      watchFolders(async () => (await firstSight()).hintAtFolders(this.#workspace)),
    );
  }

  /** What other extensions get. */
  get exports(): MlflowConnection {
    return this.#public.exports;
  }

  /** The window must be usable at once, so connecting is not waited for. */
  async start(): Promise<void> {
    await this.#workspace.showAutoConnect();
    if (this.#workspace.isKnown) this.#statusBar.show();
    else void this.#introduce();
    void this.#sweeper.sweep();
    void this.#connection.reconsider();
    if (this.#workspace.plan === 'stayOff') void this.#read().then((found) => this.#progress.staysOff(found));
  }

  async #introduce(): Promise<void> {
    const { FirstSight } = await firstSight();
    const show = (): void => this.#statusBar.show();
    const sight = new FirstSight({ workspace: this.#workspace, attention: this.#attention, show });
    this.#context.subscriptions.push(sight);
    await sight.look();
  }

  async stop(): Promise<void> {
    await this.#connection.shutDown();
  }

  #dependencies(): ConnectionDependencies {
    return {
      isTrusted: () => vscode.workspace.isTrusted,
      readConfiguration: this.#read,
      approvals: this.#workspace.approvals,
      address: this.#address,
      startProxyWorker: processOrWorker({
        ...{ process: this.#processes.own, startWorker: this.#startProxyWorker, log: this.#warn },
      }),
      portRetry: { attempts: 25, intervalMs: 200 },
      sessionToken: this.#store.sessionToken,
      heldPort: new HeldPort(this.#address, this.#store.sessionToken, this.#holdPort),
      upstreamFor: async (configuration) => this.#network.upstreamFor(configuration),
      openResolver: async (configuration) => this.#sources.open(configuration),
      keeping: this.#sources,
      ...{ clock: systemClock, files: watchedFiles, kept: this.#kept, environment: this.#variables },
      health: windowHealth(this.#attention),
      autoConnect: this.#workspace.autoConnectWith(() => this.#statusBar.show()),
      givenUp: this.#workspace.givenUp,
      log: (level, line) => this.#log[level](line),
    };
  }

  readonly #reconsider = (): void => {
    if (this.#workspace.isKnown) this.#statusBar.show();
    void this.#connection.reconsider();
  };

  #connectionChanged(): void {
    const { state } = this.#connection;
    this.#statusBar.update();
    this.#diagnosis.stateChanged(state);
    this.#announcer.stateChanged(state);
    this.#progress.update(state, this.#connection.status.statistics);
    this.#connectedWindow.stateChanged(state, this.#variables.forKernels);
    this.#memoryNotice.stateChanged(state);
    this.#lastProblem.stateChanged(state, Date.now());
    this.#public.update(state, this.#variables.applied);
  }

  /** In Restricted Mode, nothing listens. */
  readonly #holdPort: HoldPort = async (listening, response) => {
    if (!vscode.workspace.isTrusted) return undefined;
    const ways = { process: this.#processes.own, startWorker: this.#startProxyWorker };
    return (await attaching()).holdPort(ways, listening, response);
  };

  readonly #startProxyWorker = (listener: ProxyWorkerListener): ProxyWorker =>
    startProxyWorker(this.#bundle('proxy-worker'), listener, vscode.l10n.bundle);

  #bundle(name: string): string {
    return join(this.#context.extensionPath, 'dist', `${name}.cjs`);
  }

  #registerCommands(): vscode.Disposable {
    const host: CommandHost = {
      approvals: this.#workspace.approvals,
      ...{ credentials: this.#credentials, sources: this.#sources, read: this.#read },
      suggestServer: async () => (await firstSight()).suggestedServer(startEnvironment),
      serverCheck: {
        startProxyWorker: this.#startProxyWorker,
        settledUpstreamFor: async (tracking, values) =>
          this.#network.settledUpstreamFor(tracking, values, this.#workspace.approvals.approved),
      },
      forget: async (scope, options) => this.#kept.forget(scope, options),
      ...{ kept: async () => this.#store.list(), entered: async () => this.#store.entered() },
      keptConnections: async () => this.#processes.kept(),
      lastProblem: () => this.#lastProblem.noted,
      variables: () => this.#variables.applied,
      ...this.#links,
      plan: () => this.#workspace.plan,
      version: this.#public.exports.version,
    };
    const connection = this.#connection;
    const parts = { connection, announcer: this.#announcer, diagnosis: this.#diagnosis, log: this.#log };
    const views = sideBar({ ...host, connection, kernels: this.#connectedWindow });
    const agents = offerToAgents({
      ...{ connection: this.exports, variables: host.variables },
      diagnose: async (input) => (await userCommands()).diagnoseForAgent(host, connection, input),
    });
    const registered = registerCommands({
      load: async () => (await userCommands()).windowCommands(host, parts),
      show: async (problem) => (await userCommands()).showProblem(problem),
      log: this.#log,
    });
    return vscode.Disposable.from(views, agents, registered);
  }
}
