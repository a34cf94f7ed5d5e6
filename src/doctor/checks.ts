import * as l10n from '@vscode/l10n';
import { ago } from '../age.ts';
import { destinationOf, sameDestination } from '../configuration/destination.ts';
import { incompleteReasons } from '../configuration/incomplete-reasons.ts';
import { providerOf } from '../providers/providers.ts';
import { isServing } from '../connection/state.ts';
import type { ServingState } from '../connection/state.ts';
import { withCode } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { Evidence } from './evidence.ts';

export interface Finding {
  /** `notChecked`: something before it has to be fixed first. */
  readonly outcome: 'running' | 'passed' | 'warning' | 'failed' | 'notChecked';
  readonly found: string;
  readonly advice?: string;
}

export interface Check {
  readonly title: () => string;
  /** `undefined` where there is nothing to say. */
  readonly run: (evidence: Evidence) => Finding | undefined;
}

/** In the order in which settings become requests from Python: the first that did not pass is the one to fix first. */
export const checks: readonly Check[] = [
  { title: () => l10n.t('Folder'), run: checkFolder },
  { title: () => l10n.t('Settings'), run: checkSettings },
  { title: () => l10n.t('Approval'), run: checkApproval },
  { title: () => l10n.t('Sign-in'), run: checkSignIn },
  { title: () => l10n.t('Secret'), run: checkSecret },
  { title: () => l10n.t('Tracking server'), run: checkServer },
  { title: () => l10n.t('Credential'), run: checkCredential },
  { title: () => l10n.t('Python'), run: checkPython },
  { title: () => l10n.t('Local requests'), run: checkLocalRequests },
];

function checkFolder({ isTrusted }: Evidence): Finding {
  return isTrusted
    ? passed(l10n.t('This folder is trusted.'))
    : failed(
        l10n.t('This folder is not trusted, so no credential is fetched.'),
        l10n.t('Run "Workspaces: Manage Workspace Trust".'),
      );
}

function checkSettings({ read }: Evidence): Finding {
  switch (read.kind) {
    case 'invalid':
      return failedBy(read.problem);
    case 'incomplete':
      return failed(
        [...incompleteReasons(read), ...read.unused].join(' '),
        l10n.t('Run "MLflow: Connect" to enter what is missing.'),
      );
    case 'ready': {
      const doubts = [...read.unused, ...(read.risk === undefined ? [] : [read.risk])];
      return doubts.length === 0
        ? passed(l10n.t('The settings are complete.'))
        : warning(doubts.join(' '), l10n.t('Correct or remove these values.'));
    }
  }
}

function checkApproval({ read, approved }: Evidence): Finding {
  if (read.kind !== 'ready') return settingsFirst();
  const destination = destinationOf(read.configuration);
  if (approved === undefined) {
    return failed(
      l10n.t('You have not approved the destination of the credential.'),
      l10n.t('Run "MLflow: Connect" and review the destination.'),
    );
  }
  return sameDestination(approved, destination)
    ? passed(
        l10n.t(
          'You approved {0} with a credential from {1}.',
          destination.trackingOrigin,
          providerOf(read.configuration.source).name(),
        ),
      )
    : failed(
        l10n.t('The settings name a different source, secret or server than the one you approved.'),
        l10n.t('Run "MLflow: Connect" and review the change, or revert the settings.'),
      );
}

/** Whether what it takes is there; whether it is right shows when it is used. */
function checkSignIn({ state, read, missingCredential }: Evidence): Finding {
  if (read.kind !== 'ready') return settingsFirst();
  if (missingCredential === undefined) return passed(l10n.t('Nothing is missing.'));
  // Somebody who has just entered it would not understand that it is missing.
  const isGivenUp = state.kind === 'failed' && state.problem.code === 'upstream.rejected';
  return failed(
    isGivenUp
      ? l10n.t('The {0} that was entered was not accepted, and is not kept.', missingCredential)
      : l10n.t('The {0} is missing.', missingCredential),
    state.kind === 'disconnected'
      ? l10n.t('Run "MLflow: Connect" to enter what is missing.')
      : l10n.t('Run "MLflow: Sign In Again" and enter it.'),
  );
}

function checkSecret({ state, now }: Evidence): Finding {
  switch (state.kind) {
    case 'connected':
    case 'degraded':
    case 'rejected':
    case 'unavailable':
      return fetched(state, now);
    case 'failed':
      return failedBy(state.problem);
    case 'connecting':
      return notChecked(l10n.t('The secret is being fetched.'));
    case 'disconnected':
    case 'restricted':
    case 'needsConfiguration':
    case 'needsApproval':
      return notChecked(l10n.t('This is fetched when MLflow is connected.'));
  }
}

function fetched({ store, secret, configuration }: ServingState, now: number): Finding {
  const age = ago(secret.fetchedAt, now);
  if (store === undefined) {
    const { isSecretEntered } = providerOf(configuration.source);
    return passed(isSecretEntered ? l10n.t('You entered it.') : l10n.t('Fetched {0}.', age));
  }
  return warning(
    l10n.t('{0} The last good secret, fetched {1}, is in use.', withCode(store.message, store.code), age),
    store.remedy,
  );
}

/** Of a server that responds to the credential, nothing is wrong with what it says without one. */
function checkServer({ state, server, isServerAsked }: Evidence): Finding {
  if (server.kind === 'running') return running();
  if (isServing(state) && isServerAsked) {
    if (state.kind === 'unavailable') return failedBy(state.problem);
    if (state.kind === 'rejected' && state.problem.code === 'upstream.wall')
      return notChecked(l10n.t('A sign-in page responded in its place.'));
    return passed(server.kind === 'ok' ? server.text : l10n.t('The tracking server responded.'));
  }
  switch (server.kind) {
    case 'ok':
      return passed(server.text);
    case 'failed':
      return failed(server.text, l10n.t('Check your network connection, or ask your MLflow administrator.'));
    case 'notChecked':
      return notChecked(server.text);
  }
}

function checkCredential({ state, isServerAsked }: Evidence): Finding {
  if (isServing(state) && !isServerAsked) return running();
  switch (state.kind) {
    case 'connected':
    case 'degraded': {
      const { user, notice } = state.server;
      if (notice !== undefined) return warning(withCode(notice.message, notice.code), notice.remedy);
      return passed(
        user === undefined
          ? l10n.t('The tracking server accepts the credential.')
          : l10n.t('The tracking server accepts the credential, which is for {0}.', user),
      );
    }
    case 'rejected':
      return failedBy(state.problem);
    case 'unavailable':
      return notChecked(l10n.t('Not checked: the tracking server is not available.'));
    case 'disconnected':
    case 'restricted':
    case 'needsConfiguration':
    case 'needsApproval':
    case 'connecting':
    case 'failed':
      return notChecked(l10n.t('This is checked when MLflow is connected.'));
  }
}

function checkPython({ state, pythonUri }: Evidence): Finding {
  if (!isServing(state)) {
    return pythonUri === undefined
      ? notChecked(l10n.t('This is set up when MLflow is connected.'))
      : warning(
          l10n.t('New kernels and terminals use {0}, but requests wait or fail.', pythonUri),
          l10n.t('Fix the first failed check above.'),
        );
  }
  return pythonUri === undefined
    ? failed(l10n.t('MLFLOW_TRACKING_URI is not set.'), l10n.t('Run "Developer: Reload Window".'))
    : passed(
        l10n.t('New kernels and terminals use {0}. Restart those that were started earlier.', pythonUri),
      );
}

function checkLocalRequests({ lastDenial }: Evidence): Finding | undefined {
  if (lastDenial === undefined) return undefined;
  return warning(
    l10n.t('A request was denied: {0}.', lastDenial),
    l10n.t('If it was yours, restart the kernel or terminal that it came from.'),
  );
}

const running = (): Finding => ({ outcome: 'running', found: l10n.t('The tracking server is being asked.') });
const passed = (found: string): Finding => ({ outcome: 'passed', found });
const notChecked = (found: string): Finding => ({ outcome: 'notChecked', found });
const warning = (found: string, advice: string): Finding => ({ outcome: 'warning', found, advice });
const failed = (found: string, advice: string): Finding => ({ outcome: 'failed', found, advice });
const failedBy = ({ message, remedy, code }: Problem): Finding => failed(withCode(message, code), remedy);
const settingsFirst = (): Finding => notChecked(l10n.t('Not checked: complete the settings first.'));
