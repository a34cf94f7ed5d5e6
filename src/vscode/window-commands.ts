import type { TrackingServer } from '../configuration/configuration.ts';
import type { ConnectionController } from '../connection/connection-controller.ts';
import type { Ending } from '../connection/ending.ts';
import type { ConnectionState } from '../connection/state.ts';
import { commands } from '../settings/manifest.ts';
import type { Upstream } from '../proxy/messages.ts';
import type { SettingValues } from '../settings/setting-values.ts';
import type { SettingTexts } from '../settings/written-values.ts';
import type { CommandHandlers } from './commands.ts';
import { refreshSecret, wantsToRevoke } from './connect/answered-commands.ts';
import { changeSetting } from './connect/change-setting.ts';
import { switchServer } from './connect/switch-server.ts';
import { connectFlow } from './connect/connect-flow.ts';
import type { ConnectFlowHost } from './connect/connect-flow.ts';
import { enterCredential, forgetCredential } from './connect/credential-commands.ts';
import type { CredentialCommandsHost } from './connect/credential-commands.ts';
import { Forgetting } from './connect/forgetting.ts';
import { copyEnvironment } from './copy-environment.ts';
import type { CopyEnvironmentHost } from './copy-environment.ts';
import { checkTrackingServer } from './diagnosis/check-tracking-server.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import type { DiagnoseHost } from './diagnosis/diagnose.ts';
import type { ServerCheckDependencies } from './diagnosis/temporary-proxy.ts';
import { endKept, showKept } from './kept-connections.ts';
import type { KeptConnectionsHost } from './kept-connections.ts';
import type { DiagnosisView } from './diagnosis/diagnosis-view.ts';
import { copyRunLink, copySelectedRunLink } from './links/copy-run-link.ts';
import type { LinksHost } from './links/linked-server.ts';
import { BrowserWays } from './links/browser-ways.ts';
import { openMlflow } from './links/open-mlflow.ts';
import type { LogChannel } from './sinks/log-channel.ts';
import { showActions } from './status/actions-menu.ts';
import { showDisconnected } from './status/connection-messages.ts';
import { stateIn } from './status/status-view.ts';
import type { WorkspacePlan } from './status/status-view.ts';
import type { Announcer } from './status/announcer.ts';

/** What the commands have in common, and what they ask of the connection themselves. */
export type CommandHost = Omit<
  ConnectFlowHost &
    CredentialCommandsHost &
    DiagnoseHost &
    CopyEnvironmentHost &
    KeptConnectionsHost &
    LinksHost,
  | 'draft'
  | 'triedInVain'
  | 'connect'
  | 'reconnect'
  | 'disconnect'
  | 'giveUp'
  | 'connectByHand'
  | 'connection'
  | 'askWhetherAccepted'
  | 'checkTrackingServer'
> & { readonly plan: () => WorkspacePlan; readonly serverCheck: WindowServerCheck };

/** How the address of a tracking server is tried from this window. */
interface WindowServerCheck extends Pick<ServerCheckDependencies, 'startProxyWorker'> {
  readonly settledUpstreamFor: (tracking: TrackingServer, values: SettingValues) => Promise<Upstream>;
}

export interface CommandParts {
  readonly connection: ConnectionController;
  readonly announcer: Announcer;
  readonly diagnosis: DiagnosisView;
  readonly log: LogChannel;
}

/** What each command does. */
export function windowCommands(
  shared: CommandHost,
  { connection, announcer, diagnosis, log }: CommandParts,
): CommandHandlers {
  const forgetting = new Forgetting();
  const connectByHand = async (askEverything: boolean): Promise<unknown> =>
    announcer.quietWhile(async () => forgetting.followedBy(async () => connectFlow(host, { askEverything })));
  const connectWith = async (change: SettingTexts): Promise<unknown> =>
    announcer.quietWhile(async () => connectFlow(host, { askEverything: false, change }));
  const diagnoseByHand = async (): Promise<void> => {
    await announcer.quietWhile(async () => diagnose(host, diagnosis));
    announcer.toldOtherwise();
    await diagnosis.settle();
  };
  const disconnect = async (): Promise<Ending> => connection.disconnect({ revoke: false });
  const browserWays = new BrowserWays(askingFrom(shared));
  const host: ConnectFlowHost &
    CredentialCommandsHost &
    DiagnoseHost &
    CopyEnvironmentHost &
    KeptConnectionsHost &
    LinksHost = {
    ...shared,
    ...{ draft: { settings: {} }, triedInVain: new Map() },
    ...diagnosing(shared, connection),
    connect: async (prepared) => connection.connect(prepared),
    reconnect: async () => connection.reconnect(),
    disconnect,
    giveUp: async (problem) => connection.giveUp(problem),
    connectByHand: async () => connectByHand(false),
  };
  return {
    [commands.connect]: async () => connectByHand(false),
    [commands.configure]: async () => connectByHand(true),
    [commands.disconnect]: async () => showDisconnected(await disconnect(), { isRevoked: false }),
    [commands.disconnectAndRevoke]: async () => revokeByHand(shared, connection),
    [commands.refreshSecret]: async () =>
      announcer.quietWhile(async () => refreshSecret({ connection: () => connection })),
    [commands.showLog]: () => log.show(),
    ...{ [commands.diagnose]: diagnoseByHand, [commands.checkAgain]: diagnoseByHand },
    // Where nothing is set up, the item itself says what a click does.
    [commands.showActions]: async () =>
      shared.plan() === 'none' ? connectByHand(false) : showActions(shownState(shared, connection)),
    [commands.enterCredential]: async () => announcer.quietWhile(async () => enterCredential(host)),
    [commands.forgetCredential]: async () => forgetting.forget(async () => forgetCredential(host)),
    [commands.changeSetting]: async (name) => changeSetting({ read: shared.read, connectWith }, name),
    [commands.copyEnvironment]: async () => copyEnvironment(host),
    [commands.openMlflow]: async (page) => openMlflow(host, browserWays, page),
    [commands.copyRunLink]: async () => copyRunLink(host),
    [commands.copySelectedRunLink]: async () => copySelectedRunLink(host),
    [commands.showKept]: async () => showKept(host),
    [commands.endKept]: async () => endKept(host),
    [commands.switchServer]: async (folder) => announcer.quietWhile(async () => switchServer(host, folder)),
  };
}

/** As the status bar shows it. */
function shownState({ plan }: Pick<CommandHost, 'plan'>, { state }: ConnectionController): ConnectionState {
  return stateIn({ state, plan: plan() });
}

/** What was approved goes with the session token. */
async function revokeByHand({ approvals }: CommandHost, connection: ConnectionController): Promise<void> {
  if (!(await wantsToRevoke())) return;
  const [ending] = await Promise.all([connection.disconnect({ revoke: true }), approvals.forget()]);
  await showDisconnected(ending, { isRevoked: true });
}

/** What a diagnosis asks of the connection and of its tracking server. */
export function diagnosing(
  shared: CommandHost,
  connection: ConnectionController,
): Pick<DiagnoseHost, 'checkTrackingServer' | 'connection' | 'askWhetherAccepted'> {
  return {
    checkTrackingServer: async (uri) => checkTrackingServer(uri, askingFrom(shared)),
    connection: () => {
      const { state, status } = connection;
      return { state, statistics: status.statistics, lastDenial: status.lastDenial };
    },
    askWhetherAccepted: async () => connection.askWhetherAccepted(),
  };
}

/** How a tracking server is asked as this window reaches it. */
function askingFrom({ read, serverCheck }: CommandHost): ServerCheckDependencies {
  return {
    startProxyWorker: serverCheck.startProxyWorker,
    upstreamFor: async (tracking) => serverCheck.settledUpstreamFor(tracking, (await read()).values),
  };
}
