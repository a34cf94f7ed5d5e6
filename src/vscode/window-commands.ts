import type { ConnectionController } from '../connection/connection-controller.ts';
import { commands } from '../settings/manifest.ts';
import type { SettingTexts } from '../settings/written-values.ts';
import type { CommandHandlers } from './commands.ts';
import type { ConnectFlowHost } from './connect/connect-flow.ts';
import type { CredentialCommandsHost } from './connect/credential-commands.ts';
import type { CopyEnvironmentHost } from './copy-environment.ts';
import type { DiagnoseHost } from './diagnosis/diagnose.ts';
import type { DiagnosisView } from './diagnosis/diagnosis-view.ts';
import type { LogChannel } from './sinks/log-channel.ts';
import type { WorkspacePlan } from './status/status-view.ts';
import type { Announcer } from './status/announcer.ts';
import type * as UserCommands from './user-commands.ts';

/** What the commands have in common, and what they ask of the connection themselves. */
type Host = Omit<
  ConnectFlowHost & CredentialCommandsHost & DiagnoseHost & CopyEnvironmentHost,
  'draft' | 'connect' | 'reconnect' | 'disconnect' | 'connectByHand' | 'connection' | 'askWhetherAccepted'
> & { readonly plan: () => WorkspacePlan };

export interface CommandParts {
  readonly connection: ConnectionController;
  readonly announcer: Announcer;
  readonly diagnosis: DiagnosisView;
  readonly log: LogChannel;
}

const loaded = async (): Promise<typeof UserCommands> => import('./user-commands.ts');

/** What each command does. */
export function windowCommands(
  shared: Host,
  { connection, announcer, diagnosis, log }: CommandParts,
): CommandHandlers {
  const connectByHand = async (askEverything: boolean): Promise<unknown> =>
    announcer.quietWhile(async () => (await loaded()).connectFlow(host, { askEverything }));
  const connectWith = async (change: SettingTexts): Promise<unknown> =>
    announcer.quietWhile(async () => (await loaded()).connectFlow(host, { askEverything: false, change }));
  const disconnect = async (): Promise<void> => connection.disconnect({ revoke: false });
  const disconnectByHand = async ({ revoke }: { readonly revoke: boolean }): Promise<void> => {
    await connection.disconnect({ revoke });
    (await loaded()).showDisconnected({ isRevoked: revoke });
  };
  const host: ConnectFlowHost & CredentialCommandsHost & DiagnoseHost & CopyEnvironmentHost = {
    ...shared,
    draft: { settings: {} },
    connect: async () => connection.connect(),
    reconnect: async () => connection.reconnect(),
    disconnect,
    connectByHand: async () => connectByHand(false),
    connection: () => {
      const { state, status } = connection;
      return { state, statistics: status.statistics, lastDenial: status.lastDenial };
    },
    askWhetherAccepted: async () => connection.askWhetherAccepted(),
  };
  return {
    [commands.connect]: async () => connectByHand(false),
    [commands.configure]: async () => connectByHand(true),
    [commands.disconnect]: async () => disconnectByHand({ revoke: false }),
    [commands.disconnectAndRevoke]: async () => {
      if (await (await loaded()).wantsToRevoke()) await disconnectByHand({ revoke: true });
    },
    [commands.refreshSecret]: async () =>
      announcer.quietWhile(async () => (await loaded()).refreshSecret({ connection: () => connection })),
    [commands.showLog]: () => log.show(),
    [commands.diagnose]: async () => (await loaded()).diagnose(host, diagnosis),
    // Where nothing is set up, the item itself says what a click does.
    [commands.showActions]: async () =>
      shared.plan() === 'none' ? connectByHand(false) : (await loaded()).showActions(connection.state),
    [commands.enterCredential]: async () =>
      announcer.quietWhile(async () => (await loaded()).enterCredential(host)),
    [commands.forgetCredential]: async () => (await loaded()).forgetCredential(host),
    [commands.changeSetting]: async (name) =>
      (await loaded()).changeSetting({ read: shared.read, connectWith }, name),
    [commands.copyEnvironment]: async () => (await loaded()).copyEnvironment(host),
  };
}
