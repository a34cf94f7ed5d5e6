import * as vscode from 'vscode';
import type { Approvals } from '../../connection/approvals.ts';
import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import { destinationOf } from '../../configuration/destination.ts';
import type { ConnectionState } from '../../connection/state.ts';
import type { ConfigurationResult } from '../../configuration/read-configuration.ts';
import type { SettingsLayer } from '../../settings/setting-values.ts';
import { settingKeys } from '../../settings/manifest.ts';
import type { SettingKey } from '../../settings/manifest.ts';
import type { BootstrapName } from '../../providers/source.ts';
import type { Credentials } from '../credentials.ts';
import { askApproval } from './approval-dialog.ts';
import { askCredentials } from './credential-steps.ts';
import { showProblem } from '../status/problem-message.ts';
import { writeSettings } from '../settings.ts';
import { runWizard } from './wizard.ts';
import type { ServerCheck } from '../diagnosis/check-tracking-server.ts';
import type { WizardAnswers } from './wizard-steps.ts';

const { l10n } = vscode;

export interface ConnectFlowHost {
  readonly approvals: Approvals;
  /** Reads the configuration as it would be with these settings on top. */
  readonly read: (overlay: SettingsLayer) => Promise<ConfigurationResult>;
  readonly credentials: Credentials;
  readonly checkTrackingServer: (uri: string) => Promise<ServerCheck>;
  readonly connect: () => Promise<void>;
  readonly disconnect: () => Promise<void>;
  readonly state: () => ConnectionState;
}

/** How the command ended; only `connected` changed anything. */
export type ConnectOutcome = 'connected' | 'cancelled' | 'failed';

/** *Connect MLflow*: asks for what is missing, then for approval, and only then writes and connects. */
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
  const { configuration, answers, risk } = plan;
  const destination = destinationOf(configuration);
  if (!host.approvals.isApproved(destination)) {
    if (!(await askApproval(configuration, host.approvals.approved, risk))) return 'cancelled';
  }
  const bootstrap = host.credentials.bootstrapFor(configuration);
  for (const [name, secret] of Object.entries(answers.credentials) as [
    BootstrapName,
    WizardAnswers['credentials'][BootstrapName],
  ][]) {
    if (secret) await bootstrap.set(name, secret);
  }
  await host.approvals.approve(destination);
  await writeSettings(answers.settings);
  return connectWithProgress(host, configuration);
}

interface Plan {
  readonly configuration: ConnectionConfiguration;
  /** Settings to write and credentials to keep. */
  readonly answers: Pick<WizardAnswers, 'settings' | 'credentials'>;
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
    return (
      credentials && {
        configuration: before.configuration,
        answers: { settings: {}, credentials },
        risk: before.risk,
      }
    );
  }
  const current = currentTexts(before);
  const answers = await runWizard(current, {
    credentials: host.credentials,
    checkTrackingServer: host.checkTrackingServer,
  });
  if (answers === undefined) return undefined;
  const settings = changed(current, answers.settings);
  const after = await host.read(overlayOf(settings));
  switch (after.kind) {
    case 'ready':
      return {
        configuration: after.configuration,
        answers: { settings, credentials: answers.credentials },
        risk: after.risk,
      };
    case 'invalid':
      void showProblem(after.problem);
      return undefined;
    case 'incomplete': {
      const reasons = after.problems.map(({ message }) => message);
      if (after.missing.length > 0) reasons.push(l10n.t('Not set: {0}.', after.missing.join(', ')));
      void vscode.window.showErrorMessage(reasons.join(' '));
      return undefined;
    }
  }
}

async function askMissingCredential(
  { credentials }: ConnectFlowHost,
  read: Extract<ConfigurationResult, { kind: 'ready' }>,
): Promise<WizardAnswers['credentials'] | undefined> {
  if ((await credentials.missing(read.configuration)) === undefined) return {};
  return askCredentials(settingsOf(read), credentials);
}

/** What decides which credential is asked for. */
export function settingsOf(read: Extract<ConfigurationResult, { kind: 'ready' }>): WizardAnswers['settings'] {
  const { source, authMode } = read.configuration;
  return { ...currentTexts(read), provider: source.provider, 'auth.mode': authMode };
}

/** The values in effect, as the wizard's fields show them; defaults are left to the wizard. */
function currentTexts({ values }: ConfigurationResult): WizardAnswers['settings'] {
  const texts: Partial<Record<SettingKey, string>> = {};
  for (const key of settingKeys) {
    const value = values.get(key);
    if (values.origin(key).kind === 'default' || typeof value !== 'string') continue;
    if (value !== '' && value !== 'auto') texts[key] = value;
  }
  return texts;
}

function changed(
  before: WizardAnswers['settings'],
  after: WizardAnswers['settings'],
): WizardAnswers['settings'] {
  const entries = Object.entries(after).filter(([key, value]) => before[key as SettingKey] !== value);
  return Object.fromEntries(entries.filter(([key, value]) => value !== '' || before[key as SettingKey]));
}

function overlayOf(settings: WizardAnswers['settings']): SettingsLayer {
  const found: SettingsLayer = {};
  for (const [key, value] of Object.entries(settings)) {
    found[key as SettingKey] = { value, origin: { kind: 'workspace' } };
  }
  return found;
}

async function connectWithProgress(
  host: ConnectFlowHost,
  configuration: ConnectionConfiguration,
): Promise<ConnectOutcome> {
  const server = configuration.tracking.origin + configuration.tracking.basePath;
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: l10n.t('Connecting to {0}', server),
      cancellable: true,
    },
    async (_progress, cancelled) => {
      const listener = cancelled.onCancellationRequested(() => void host.disconnect());
      await host.connect();
      listener.dispose();
    },
  );
  const state = host.state();
  if (state.kind === 'failed') {
    void showProblem(state.problem);
    return 'failed';
  }
  if (state.kind !== 'connected' && state.kind !== 'degraded') return 'cancelled';
  void vscode.window.showInformationMessage(
    l10n.t('Connected to MLflow. Restart kernels and terminals that already run.'),
  );
  return 'connected';
}

async function askTrust(): Promise<void> {
  const manage = l10n.t('Manage Workspace Trust');
  const chosen = await vscode.window.showWarningMessage(
    l10n.t(
      'MLflow is not connected in Restricted Mode: settings of this folder could send your credential anywhere.',
    ),
    manage,
  );
  if (chosen === manage) await vscode.commands.executeCommand('workbench.trust.manage');
}
