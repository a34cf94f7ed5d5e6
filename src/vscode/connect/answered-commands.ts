import * as l10n from '@vscode/l10n';
import { isServing } from '../../connection/state.ts';
import type { ConnectionState, ServingState } from '../../connection/state.ts';
import { providerOf } from '../../providers/providers.ts';
import { labels } from '../labels.ts';
import { askInDialog, clearScreen, showMessage, withQuietProgress } from '../sinks/messages.ts';
import { actions } from '../status/actions.ts';
import { commandButton, showProblem } from '../status/problem-message.ts';

/** Commands that a person runs and that say what came of it. */

export interface RefreshHost {
  readonly connection: () => { readonly state: ConnectionState; refresh(): Promise<void> };
}

/** *MLflow: Refresh Secret*. */
export async function refreshSecret({ connection }: RefreshHost): Promise<void> {
  const { state: before } = connection();
  if (before.kind === 'disconnected' || before.kind === 'needsConfiguration') {
    void showMessage(
      'information',
      [l10n.t('There is no secret yet: MLflow is disconnected.')],
      [commandButton(actions.connect())],
    );
    return;
  }
  if (isServing(before) && providerOf(before.configuration.source).isSecretEntered) {
    void showMessage(
      'information',
      [l10n.t('There is nothing to fetch: the credential is the one that you entered.')],
      [commandButton(actions.credential())],
    );
    return;
  }
  // What comes of it is said anew.
  await clearScreen();
  await withQuietProgress(l10n.t('Fetching the secret'), async () => connection().refresh());
  const { state: after } = connection();
  const problem = isServing(after) ? after.store : undefined;
  const now = (): ConnectionState => connection().state;
  if (problem !== undefined) void showProblem(problem, { state: after, now });
  else if (after.kind === 'connected') void showMessage('information', [fetched(before, after)]);
  else if ('problem' in after) void showProblem(after.problem, { state: after, now });
}

function fetched(before: ConnectionState, { secret: { version } }: ServingState): string {
  const former = isServing(before) ? before.secret.version : undefined;
  if (version === undefined) return l10n.t('Secret fetched; the tracking server accepts it.');
  return former === version
    ? l10n.t('Secret fetched: version {0}, unchanged.', version)
    : l10n.t('Secret fetched: version {0}; the tracking server accepts it.', version);
}

/** Whether the user really wants to end what is running with the session token. */
export async function wantsToRevoke(): Promise<boolean> {
  const answer = await askInDialog({
    severity: 'warning',
    title: l10n.t('Disconnect and revoke the session token?'),
    lines: [
      l10n.t('Running kernels and terminals lose access at once, in all windows of this workspace.'),
      l10n.t('Approvals of this workspace are forgotten: connecting asks for approval again.'),
    ],
    buttons: [{ label: labels.revoke(), answer: true }],
  });
  return answer === true;
}
