import * as vscode from 'vscode';
import { addressIn } from '../../configuration/destination.ts';
import type { SettingKey } from '../../settings/manifest.ts';
import type { SettingChanges } from '../../settings/written-values.ts';
import { providers } from '../../providers/providers.ts';
import { folderServers } from '../folder-servers.ts';
import type { FolderServer } from '../folder-servers.ts';
import { labels } from '../labels.ts';
import { clearScreen, withQuietProgress } from '../sinks/messages.ts';
import { askTrust } from './ask-trust.ts';
import { carryOut, connectFlow } from './connect-flow.ts';
import type { ConnectFlowHost } from './connect-flow.ts';
import { folderChoice, folderPlan } from './folder-plan.ts';
import { listedServer } from './listed-servers.ts';
import type { ListedServer } from './listed-servers.ts';
import { askChoice } from './multi-step-input.ts';
import type { Choice } from './multi-step-input.ts';
import type { Plan } from './plan.ts';
import { anotherServerChoice } from './step-kit.ts';
import { wizardPlan } from './wizard-plan.ts';

/**
 * *MLflow: Switch Server*: to one that was used in this workspace before, or another one. The user chooses it, so what was
 * approved in exactly the form that its settings have now is not asked for again.
 */
export async function switchServer(host: ConnectFlowHost, folderUri: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void askTrust();
    return;
  }
  await clearScreen();
  const plan = await chosenPlan(host, folderUri);
  if (plan === 'none') await connectFlow(host, { askEverything: false });
  else if (plan !== undefined) await carryOut(host, plan);
}

/** `none`: there is none to choose. */
async function chosenPlan(host: ConnectFlowHost, folderUri: unknown): Promise<Plan | 'none' | undefined> {
  const { servers, folders } = await withQuietProgress(labels.lookingAtServers(), async () => lookAt(host));
  const wanted = folders.find((folder) => folder.folderUri === folderUri);
  if (wanted !== undefined) return folderPlan(host, wanted);
  if (servers.length + folders.length === 0) return 'none';
  const choices: readonly Choice<string>[] = [
    ...servers.map(choiceOf),
    ...folders.map(folderChoice),
    anotherServerChoice(),
  ];
  // The one before is what one mostly goes back to.
  const active = choices[servers.length === 0 ? 0 : 1]?.value;
  const question = labels.whichServer();
  const chosen = await askChoice({ title: labels.switchServer(), hasBack: false, question }, choices, active);
  if (chosen.kind !== 'value') return undefined;
  const folder = folders.find((one) => one.folderUri === chosen.value);
  if (folder !== undefined) return folderPlan(host, folder);
  const server = servers[Number(chosen.value)];
  return server === undefined ? wizardPlan(host, ofNone) : planFor(host, server);
}

interface Servers {
  readonly servers: readonly ListedServer[];
  /** Of folders, where no server of the list has the same address. */
  readonly folders: readonly FolderServer[];
}

async function lookAt(host: ConnectFlowHost): Promise<Servers> {
  const { values } = await host.read({});
  const [servers, folders] = await Promise.all([
    Promise.all(host.approvals.servers.map(async (server) => listedServer(host, server, values))),
    folderServers(),
  ]);
  const known = servers.map(({ server: { destination } }) => addressIn(destination));
  return { servers, folders: folders.filter(({ server }) => !known.includes(server)) };
}

function choiceOf({ server: { destination }, state }: ListedServer, index: number): Choice<string> {
  const source = providers.find(({ id }) => id === destination.provider)?.name();
  return {
    ...{ label: addressIn(destination), description: state, value: String(index) },
    ...(source !== undefined && { detail: source }),
  };
}

/** What cannot be had back is asked for, with what is known of it filled in. */
async function planFor(
  host: ConnectFlowHost,
  { server: { destination }, way }: ListedServer,
): Promise<Plan | undefined> {
  if (way?.after.kind === 'ready') {
    return { ready: way.after, settings: way.changes, found: undefined, former: destination };
  }
  const { provider } = destination;
  return wizardPlan(host, { ...ofNone, trackingUri: addressIn(destination), provider });
}

const ofServer: readonly SettingKey[] = ['trackingUri', 'auth.mode', 'header.name', 'secret.fields'];
/** What belongs to one tracking server is out. The source stays: it often has the credential of another one, too. */
const ofNone: SettingChanges = Object.fromEntries(ofServer.map((key) => [key, undefined]));
