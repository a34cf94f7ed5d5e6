import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Approvals } from '../../connection/approvals.ts';
import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import { destinationOf } from '../../configuration/destination.ts';
import type { ConnectionState } from '../../connection/state.ts';
import type { EnvironmentChange } from '../../python/environment.ts';
import type { ConfigurationResult } from '../../configuration/read-configuration.ts';
import { section, settingKeys } from '../../settings/manifest.ts';
import type { SettingKey } from '../../settings/manifest.ts';
import { askTrust } from './ask-trust.ts';
import { askApproval } from './approval-dialog.ts';
import { showConnected } from '../status/connection-messages.ts';
import { showProblem } from '../status/problem-message.ts';
import { labels } from '../labels.ts';
import { showMessage, withCancellableProgress } from '../sinks/messages.ts';
import type { FoundServer } from '../project-findings.ts';
import { isEnvironmentOwn, writeSettings, writtenIn } from '../settings.ts';
import { terminalsBefore } from '../unaware-terminals.ts';
import { connectWithEntered } from './accepted-credential.ts';
import type { AcceptanceHost } from './accepted-credential.ts';
import { askCredentials, runChange, runWizard } from './wizard.ts';
import type { ServerCheck } from '../diagnosis/check-tracking-server.ts';
import type { SettingTexts } from '../../settings/written-values.ts';
import { isOwn } from '../../settings/setting-values.ts';
import { credentialQuestion, currentTexts } from './credential-question.ts';
import type { ReadyConfiguration } from './credential-question.ts';
import { changedTexts } from './changed-texts.ts';
import { changedSince, keepFormer, setValues } from './former-settings.ts';
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
  const plan = await planConnection(host, options);
  if (plan === undefined || !(await isApproved(host, plan))) return 'cancelled';
  const { ready, settings, found } = plan;
  const { configuration } = ready;
  const isMissing = (await host.credentials.missing(configuration)) !== undefined;
  const question = isMissing
    ? await credentialQuestion(host, ready, { title: titleOf(options), found })
    : undefined;
  const entered = question === undefined ? [] : await askCredentials(question);
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
  return state === undefined ? 'cancelled' : outcomeOf(state);
}

/** As the command is called that a person ran. */
function titleOf({ askEverything }: Pick<ConnectOptions, 'askEverything'>): string {
  return askEverything ? labels.editTitle() : labels.wizardTitle();
}

interface Plan {
  /** As it will be once the settings are written. */
  readonly ready: ReadyConfiguration;
  /** To be written. */
  readonly settings: SettingTexts;
  /** What was seen of the tracking server a moment ago. */
  readonly found: ServerCheck | undefined;
  /** Nobody has seen the settings yet: what variables do not say was found in the project. */
  readonly isGuessed?: true;
}

async function isApproved(
  { approvals }: ConnectFlowHost,
  { ready, settings, isGuessed }: Plan,
): Promise<boolean> {
  const { configuration, risk, values } = ready;
  if (approvals.mayBeKept(destinationOf(configuration))) return true;
  const { approved, settings: former } = approvals;
  const changed = approved === undefined || former === undefined ? {} : changedSince(former, values);
  const isEnteredNow = (key: string): boolean => isGuessed !== true && Object.hasOwn(settings, key);
  const hasChanged = Object.keys(changed).length > 0;
  const isEntered = hasChanged
    ? Object.keys(changed).every(isEnteredNow)
    : approved === undefined && settingKeys.every((key) => isOwn(values.origin(key)) || isEnteredNow(key));
  const canKeep = hasChanged && !isEntered;
  const answer = await askApproval({ configuration, approved, risk, isEntered, canKeep });
  if (answer === 'keep') await keepFormer(changed);
  return answer === 'approve';
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
  const decided = askEverything ? new Set<SettingKey>() : decidedByVariables(before);
  const suggested = current.trackingUri === undefined ? await host.suggestServer() : undefined;
  const guess = suggested && decided.has('provider') ? await guessedPlan(host, suggested) : undefined;
  if (guess !== undefined) return guess;
  // Of a connection that is complete, one thing is changed: what else was entered once must not be saved with it.
  const [ask, draft] = before.kind === 'ready' ? [runChange, {}] : [runWizard, host.draft.settings];
  const { isCancelled, answers } = await ask(
    titleOf({ askEverything }),
    { ...current, ...draft },
    {
      checkTrackingServer: host.checkTrackingServer,
      ...{ suggested, decided },
      store: new StoreView(
        { ...host, isEnvironmentOwn: isEnvironmentOwn(), mayLeaveOut: !askEverything },
        current,
      ),
    },
  );
  const settings = changedTexts(current, answers.settings);
  // What is not changed is nobody's entry, and may be another workspace setting by then.
  if (before.kind !== 'ready') host.draft.settings = settings;
  if (isCancelled) return undefined;
  return planOf(await host.read(settings), { settings, found: answers.found });
}

/** Where variables say all but the server, and the project names that, there is nothing to ask but approval. */
async function guessedPlan(host: ConnectFlowHost, server: FoundServer): Promise<Plan | undefined> {
  const settings = { trackingUri: addressOf(server) };
  const ready = await host.read(settings);
  return ready.kind === 'ready' ? { ready, settings, found: undefined, isGuessed: true } : undefined;
}

function planOf(after: ConfigurationResult, plan: Omit<Plan, 'ready'>): Plan | undefined {
  switch (after.kind) {
    case 'ready':
      return { ready: after, ...plan };
    case 'invalid':
      void showProblem(after.problem);
      return undefined;
    case 'incomplete': {
      const reasons = after.problems.map(({ message }) => message);
      if (after.missing.length > 0) {
        const names = after.missing.map((key) => `${section}.${key}`);
        reasons.push(l10n.t('Not set: {0}.', names.join(', ')));
      }
      void showMessage('error', [reasons.join(' ')]);
      return undefined;
    }
  }
}

/** What the wizard begins with: also the source that "auto" has chosen. */
function textsOf(result: ConfigurationResult): SettingTexts {
  const { choice } = result;
  const provider = choice.kind === 'chosen' ? { provider: choice.provider } : {};
  return { ...provider, ...currentTexts(result) };
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

function outcomeOf(state: Exclude<ConnectionState, { kind: 'connected' | 'degraded' }>): ConnectOutcome {
  switch (state.kind) {
    case 'failed':
    case 'rejected':
    case 'unavailable':
      void showProblem(state.problem);
      return 'failed';
    case 'disconnected':
    case 'restricted':
    case 'needsConfiguration':
    case 'needsApproval':
    case 'connecting':
      return 'cancelled';
  }
}
