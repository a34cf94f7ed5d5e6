import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Approvals } from '../../connection/approvals.ts';
import { covers } from '../../connection/approvals.ts';
import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import { destinationOf } from '../../configuration/destination.ts';
import type { ConnectionState } from '../../connection/state.ts';
import type { EnvironmentChange } from '../../python/environment.ts';
import type { ConfigurationResult } from '../../configuration/read-configuration.ts';
import { settingKeys } from '../../settings/manifest.ts';
import type { SettingKey } from '../../settings/manifest.ts';
import { askTrust } from './ask-trust.ts';
import { askApproval } from './approval-dialog.ts';
import type { ApprovalAnswer } from './approval-dialog.ts';
import { enteredPlan, guessedPlan } from './guessed-plan.ts';
import { showConnected } from '../status/connection-messages.ts';
import { showProblem } from '../status/problem-message.ts';
import { labels } from '../labels.ts';
import { clearScreen, withCancellableProgress, withQuietProgress } from '../sinks/messages.ts';
import type { FoundServer } from '../project-findings.ts';
import { isEnvironmentOwn, writeSettings, writtenIn } from '../settings.ts';
import { terminalsBefore } from '../unaware-terminals.ts';
import { connectWithEntered, offeredAgain } from './accepted-credential.ts';
import type { AcceptanceHost } from './accepted-credential.ts';
import { askCredentials, runChange, runWizard } from './wizard.ts';
import type { CredentialQuestion } from './wizard.ts';
import type { EnteredCredential } from './step-kit.ts';
import { withoutPassword } from './steps/stored.ts';
import type { ServerCheck } from '../diagnosis/check-tracking-server.ts';
import type { SettingTexts } from '../../settings/written-values.ts';
import { isOwn } from '../../settings/setting-values.ts';
import { credentialQuestion } from './credential-question.ts';
import { changedTexts } from './changed-texts.ts';
import { askFolder, folderPlan } from './folder-plan.ts';
import { keepFormer } from './former-settings.ts';
import { planOf, textsOf } from './plan.ts';
import type { Plan } from './plan.ts';
import { changedSince, setValues } from './set-values.ts';
import { addressOf } from './server-steps.ts';
import { StoreView } from './store-view.ts';
import type { StoreViewHost } from './store-view.ts';

export interface ConnectFlowHost extends AcceptanceHost {
  readonly approvals: Approvals;
  readonly read: StoreViewHost['read'];
  readonly sources: StoreViewHost['sources'];
  readonly checkTrackingServer: (uri: string) => Promise<ServerCheck>;
  /** One that the project names; asked where the settings name none. */
  readonly suggestServer: () => Promise<FoundServer | undefined>;
  /** Connects once that is done; what the window notices meanwhile of changed settings makes no other connection. */
  readonly connect: (prepared: Promise<void>) => Promise<void>;
  readonly disconnect: () => Promise<unknown>;
  /** What Python in this window finds now. */
  readonly variables: () => readonly EnvironmentChange[] | undefined;
  /** What was entered before the user cancelled, for the next time in this window. */
  readonly draft: { settings: SettingTexts };
}

/** How the command ended; `cancelled` before it changed anything, or while it connected. */
export type ConnectOutcome = 'connected' | 'cancelled' | 'failed';

interface ConnectOptions {
  readonly askEverything: boolean;
  /** Entered already, in place of what is set. */
  readonly change?: SettingTexts;
}

/** *MLflow: Connect*: asks for what is missing, for approval, for a credential, and only then writes and connects. */
export async function connectFlow(host: ConnectFlowHost, options: ConnectOptions): Promise<ConnectOutcome> {
  if (!vscode.workspace.isTrusted) {
    // Not waited for: the message may stay for as long as the user likes.
    void askTrust();
    return 'cancelled';
  }
  await clearScreen();
  const plan = await planConnection(host, options);
  return plan === undefined ? 'cancelled' : carryOut(host, plan, titleOf(options));
}

/** Asks for approval, where that is due, and for a credential; writes, and connects. */
export async function carryOut(
  host: ConnectFlowHost,
  plan: Plan,
  title = labels.wizardTitle(),
): Promise<ConnectOutcome> {
  const { ready, settings, found } = plan;
  const { configuration } = ready;
  const missing = await host.credentials.missing(configuration);
  const answer = await askedApproval(host, plan, missing?.label());
  if (answer === 'choose') {
    const other = await plan.otherwise?.();
    return other === undefined ? 'cancelled' : carryOut(host, other, title);
  }
  if (answer !== 'approve') return 'cancelled';
  const question = missing ? await credentialQuestion(host, ready, { title, found }) : undefined;
  const entered = question === undefined ? [] : await enteredFor(host, configuration, question);
  if (entered === undefined) return 'cancelled';
  const write = async (): Promise<void> => {
    await host.approvals.approve(destinationOf(configuration), setValues(ready.values));
    await writeSettings(settings);
    host.draft.settings = {};
  };
  const state = await connectWithEntered(host, {
    ...{ configuration, entered, question },
    connect: async () => connectWithProgress(host, configuration, write()),
  });
  if (state?.kind === 'connected' || state?.kind === 'degraded') {
    showConnected(state, await terminalsBefore(host.variables()), writtenIn(settings));
    return 'connected';
  }
  return state === undefined ? 'cancelled' : outcomeOf(host, state);
}

/** `undefined` when the user cancelled: all but a password is offered again. */
async function enteredFor(
  host: ConnectFlowHost,
  configuration: ConnectionConfiguration,
  question: CredentialQuestion,
): Promise<readonly EnteredCredential[] | undefined> {
  const before = await offeredAgain(host, configuration);
  const { isCancelled, credentials } = await askCredentials(question, { entered: before });
  if (!isCancelled) return credentials;
  host.triedInVain.set(configuration.tracking.origin, withoutPassword(credentials));
  return undefined;
}

/** As the command is called that a person ran. */
function titleOf({ askEverything }: Pick<ConnectOptions, 'askEverything'>): string {
  return askEverything ? labels.editTitle() : labels.wizardTitle();
}

/** What was approved before is not asked for. */
async function askedApproval(
  { approvals }: ConnectFlowHost,
  { ready, settings, isGuessed, former: chosen, otherwise }: Plan,
  askedNext: string | undefined,
): Promise<ApprovalAnswer | undefined> {
  const { configuration, risk, values } = ready;
  const destination = destinationOf(configuration);
  if (chosen !== undefined) {
    if (covers(chosen, destination)) return 'approve';
    const question = { configuration, approved: chosen, risk, askedNext, isEntered: false };
    return askApproval({ ...question, canKeep: false, canChoose: false });
  }
  if (approvals.mayBeKept(destination)) return 'approve';
  const { approved, settings: former } = approvals;
  const changed = approved === undefined || former === undefined ? {} : changedSince(former, values);
  const isEnteredNow = (key: string): boolean => isGuessed !== true && Object.hasOwn(settings, key);
  const hasChanged = Object.keys(changed).length > 0;
  const isEntered = hasChanged
    ? Object.keys(changed).every(isEnteredNow)
    : approved === undefined && settingKeys.every((key) => isOwn(values.origin(key)) || isEnteredNow(key));
  const canKeep = hasChanged && !isEntered;
  const canChoose = otherwise !== undefined;
  const question = { configuration, approved, risk, isEntered, askedNext };
  const answer = await askApproval({ ...question, canKeep, canChoose });
  if (answer === 'keep') await keepFormer(changed);
  return answer;
}

async function planConnection(
  host: ConnectFlowHost,
  { askEverything, change }: ConnectOptions,
): Promise<Plan | undefined> {
  if (change !== undefined) return planOf(await host.read(change), { settings: change, found: undefined });
  const before = await host.read({});
  if (before.kind === 'invalid') {
    void showProblem(before.problem);
    return undefined;
  }
  if (before.kind === 'ready' && !askEverything) return { ready: before, settings: {}, found: undefined };
  const current = textsOf(before);
  const folder = before.kind === 'incomplete' && !askEverything ? await askFolder() : 'none';
  if (folder === 'cancelled') return undefined;
  if (folder !== 'none') return folderPlan(host, folder);
  const decided = askEverything ? new Set<SettingKey>() : decidedByVariables(before);
  const suggested = current.trackingUri === undefined ? await host.suggestServer() : undefined;
  const store = new StoreView(
    { ...host, isEnvironmentOwn: isEnvironmentOwn(), mayLeaveOut: !askEverything },
    current,
  );
  // Of a connection that is complete, one thing is changed: what else was entered once must not be saved with it.
  const [ask, draft] = before.kind === 'ready' ? [runChange, {}] : [runWizard, host.draft.settings];
  const askInSteps = async (): Promise<Plan | undefined> => {
    const { isCancelled, answers } = await ask(
      titleOf({ askEverything }),
      { ...current, ...draft },
      { checkTrackingServer: host.checkTrackingServer, suggested, decided, store },
    );
    const settings = changedTexts(current, answers.settings);
    // What is not changed is nobody's entry, and may be another workspace setting by then.
    if (before.kind !== 'ready') host.draft.settings = settings;
    return isCancelled ? undefined : planOf(await host.read(settings), { settings, found: answers.found });
  };
  if (suggested === undefined) return askInSteps();
  if (decided.has('provider')) return (await guessedPlan(host, suggested)) ?? askInSteps();
  const isNew = Object.keys(draft).length === 0;
  const asking = l10n.t('Asking {0}', addressOf(suggested));
  const entered = isNew
    ? await withQuietProgress(asking, async () => enteredPlan(host, suggested, { current, store }))
    : undefined;
  return entered === undefined ? askInSteps() : { ...entered, otherwise: askInSteps };
}

/** The Python plugin's variables, and those of the stores. */
function decidedByVariables({ values, choice }: ConfigurationResult): ReadonlySet<SettingKey> {
  const decided = settingKeys.filter((key) => values.origin(key).kind === 'environment');
  const isChosen = choice.kind === 'chosen' && decided.length > 0;
  return new Set(isChosen ? [...decided, 'provider'] : decided);
}

async function connectWithProgress(
  host: ConnectFlowHost,
  configuration: ConnectionConfiguration,
  prepared: Promise<void>,
): Promise<void> {
  const server = configuration.tracking.origin + configuration.tracking.basePath;
  await withCancellableProgress(labels.connectingTo(server), async (cancelled) => {
    const listener = cancelled.onCancellationRequested(() => void host.disconnect());
    await host.connect(prepared);
    listener.dispose();
  });
}

function outcomeOf(
  { connection }: Pick<ConnectFlowHost, 'connection'>,
  state: Exclude<ConnectionState, { kind: 'connected' | 'degraded' }>,
): ConnectOutcome {
  switch (state.kind) {
    case 'failed':
    case 'rejected':
    case 'unavailable':
      void showProblem(state.problem, { state, now: () => connection().state });
      return 'failed';
    case 'disconnected':
    case 'restricted':
    case 'needsConfiguration':
    case 'needsApproval':
    case 'connecting':
      return 'cancelled';
  }
}
