import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Approvals } from '../../connection/approvals.ts';
import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import { destinationOf } from '../../configuration/destination.ts';
import type { ConnectionState } from '../../connection/state.ts';
import type { ConfigurationResult } from '../../configuration/read-configuration.ts';
import { section, settingKeys } from '../../settings/manifest.ts';
import type { SettingKey } from '../../settings/manifest.ts';
import { askApproval } from './approval-dialog.ts';
import { showConnected } from '../status/connection-messages.ts';
import { showProblem } from '../status/problem-message.ts';
import { labels } from '../labels.ts';
import { showMessage, withCancellableProgress } from '../sinks/messages.ts';
import type { FoundServer } from '../project-findings.ts';
import { writeSettings } from '../settings.ts';
import { connectWithEntered } from './accepted-credential.ts';
import type { AcceptanceHost } from './accepted-credential.ts';
import { askCredentials, runWizard } from './wizard.ts';
import type { ServerCheck } from '../diagnosis/check-tracking-server.ts';
import type { SettingTexts } from '../../settings/written-values.ts';
import type { EnteredCredential } from './step-kit.ts';

export interface ConnectFlowHost extends AcceptanceHost {
  readonly approvals: Approvals;
  /** Reads the configuration as it will be once these settings are written. */
  readonly read: (settings: SettingTexts) => Promise<ConfigurationResult>;
  readonly checkTrackingServer: (uri: string) => Promise<ServerCheck>;
  /** One that the project names; asked where the settings name none. */
  readonly suggestServer: () => Promise<FoundServer | undefined>;
  readonly connect: () => Promise<void>;
}

/** How the command ended; `cancelled` before it changed anything, or while it connected. */
export type ConnectOutcome = 'connected' | 'cancelled' | 'failed';

/** *MLflow: Connect*: asks for what is missing, then for approval, and only then writes and connects. */
export async function connectFlow(
  host: ConnectFlowHost,
  options: { readonly askEverything: boolean },
): Promise<ConnectOutcome> {
  if (!vscode.workspace.isTrusted) {
    // Not waited for: the message may stay for as long as the user likes.
    void askTrust();
    return 'cancelled';
  }
  const plan = await planConnection(host, options);
  if (plan === undefined) return 'cancelled';
  const { configuration, credentials, settings, risk } = plan;
  const destination = destinationOf(configuration);
  if (!host.approvals.isApproved(destination)) {
    if (!(await askApproval(configuration, host.approvals.approved, risk))) return 'cancelled';
  }
  const state = await connectWithEntered(host, {
    configuration,
    entered: credentials,
    connect: async () => {
      await host.approvals.approve(destination);
      await writeSettings(settings);
      await connectWithProgress(host, configuration);
    },
  });
  return state === undefined ? 'cancelled' : outcomeOf(state);
}

interface Plan {
  readonly configuration: ConnectionConfiguration;
  readonly credentials: readonly EnteredCredential[];
  /** To be written. */
  readonly settings: SettingTexts;
  readonly risk: string | undefined;
}

async function planConnection(
  host: ConnectFlowHost,
  { askEverything }: { readonly askEverything: boolean },
): Promise<Plan | undefined> {
  const before = await host.read({});
  if (before.kind === 'invalid') {
    void showProblem(before.problem);
    return undefined;
  }
  if (before.kind === 'ready' && !askEverything) {
    const credentials = await askMissingCredential(host, before);
    const { configuration, risk } = before;
    return credentials && { configuration, credentials, settings: {}, risk };
  }
  const current = currentTexts(before);
  const answers = await runWizard(current, {
    credentials: host.credentials,
    checkTrackingServer: host.checkTrackingServer,
    suggested: current.trackingUri === undefined ? await host.suggestServer() : undefined,
  });
  if (answers === undefined) return undefined;
  const settings = changed(current, answers.settings);
  const after = await host.read(settings);
  switch (after.kind) {
    case 'ready':
      return {
        configuration: after.configuration,
        credentials: answers.credentials,
        settings,
        risk: after.risk,
      };
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

async function askMissingCredential(
  { credentials }: ConnectFlowHost,
  result: Extract<ConfigurationResult, { kind: 'ready' }>,
): Promise<readonly EnteredCredential[] | undefined> {
  if ((await credentials.missing(result.configuration)) === undefined) return [];
  return askCredentials(settingsOf(result), credentials);
}

/** What decides which credential is asked for. */
export function settingsOf(result: Extract<ConfigurationResult, { kind: 'ready' }>): SettingTexts {
  const { source, authMode } = result.configuration;
  return { ...currentTexts(result), provider: source.provider, 'auth.mode': authMode };
}

/** The values in effect, as the wizard's fields show them; defaults are left to the wizard. */
function currentTexts({ values }: ConfigurationResult): SettingTexts {
  const texts: Partial<Record<SettingKey, string>> = {};
  for (const key of settingKeys) {
    const value = values.get(key);
    if (values.origin(key).kind === 'default' || typeof value !== 'string') continue;
    if (value !== '' && value !== 'auto') texts[key] = value;
  }
  return texts;
}

function changed(before: SettingTexts, after: SettingTexts): SettingTexts {
  const entries = Object.entries(after).filter(([key, value]) => before[key as SettingKey] !== value);
  return Object.fromEntries(entries.filter(([key, value]) => value !== '' || before[key as SettingKey]));
}

async function connectWithProgress(
  host: ConnectFlowHost,
  configuration: ConnectionConfiguration,
): Promise<void> {
  const server = configuration.tracking.origin + configuration.tracking.basePath;
  await withCancellableProgress(labels.connectingTo(server), async (cancelled) => {
    const listener = cancelled.onCancellationRequested(() => void host.disconnect());
    await host.connect();
    listener.dispose();
  });
}

function outcomeOf(state: ConnectionState): ConnectOutcome {
  switch (state.kind) {
    case 'connected':
    case 'degraded':
      showConnected();
      return 'connected';
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

async function askTrust(): Promise<void> {
  const manage = {
    label: l10n.t('Manage Workspace Trust'),
    run: () => vscode.commands.executeCommand('workbench.trust.manage'),
  };
  await showMessage('warning', [labels.restricted()], [manage]);
}
