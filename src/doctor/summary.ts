import * as l10n from '@vscode/l10n';
import { inOneText } from '../problem.ts';
import { providerOf } from '../providers/providers.ts';
import type { Evidence } from './evidence.ts';
import { mainProblem } from './main-problem.ts';

/** The state of the connection: what it is, what is wrong with it, and what to do. */
export function summary(evidence: Evidence): string {
  const problem = mainProblem(evidence.state);
  const sentence = stateSentence(evidence);
  return problem === undefined ? sentence : `${sentence} ${inOneText(problem)}`;
}

function stateSentence({ state, read }: Evidence): string {
  switch (state.kind) {
    case 'connected': {
      const { tracking, source } = state.configuration;
      return l10n.t(
        'Connected to {0} with a credential from {1}.',
        tracking.origin,
        providerOf(source).name(),
      );
    }
    case 'degraded':
      return l10n.t('Connected with the last good secret.');
    case 'rejected':
    case 'unavailable':
    case 'failed':
      return l10n.t('Not connected.');
    case 'connecting':
      return l10n.t('Connecting.');
    case 'restricted':
      return l10n.t('Not connected: the folder is not trusted.');
    case 'needsConfiguration':
      return l10n.t('Not connected: the settings are incomplete.');
    case 'needsApproval':
      return l10n.t('Not connected: you have not approved the destination of the credential.');
    case 'disconnected':
      return read.kind === 'ready'
        ? l10n.t('Disconnected. The settings are complete: run "MLflow: Connect".')
        : l10n.t('Disconnected. Run "MLflow: Connect" to set it up.');
  }
}
