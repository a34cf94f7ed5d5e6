import * as l10n from '@vscode/l10n';
import type { ConnectionState } from '../../connection/state.ts';
import type { Problem, ProblemAction } from '../../problem.ts';
import { commands } from '../../settings/manifest.ts';
import type { CommandId } from '../../settings/manifest.ts';

export interface Action {
  readonly icon: string;
  readonly label: string;
  readonly description?: string;
  readonly command: CommandId;
}

/** Everything that a button, a link or a menu offers, called as the command palette calls it. */
export const actions = {
  connect: () => ({ icon: 'plug', label: l10n.t('Connect'), command: commands.connect }),
  review: () => ({ icon: 'shield', label: l10n.t('Review and Approve'), command: commands.connect }),
  signIn: () => ({ icon: 'sign-in', label: l10n.t('Sign In Again'), command: commands.connect }),
  retry: () => ({ icon: 'debug-restart', label: l10n.t('Try Again'), command: commands.connect }),
  open: () => ({ icon: 'link-external', label: l10n.t('Open MLflow'), command: commands.openMlflow }),
  refresh: () => ({
    icon: 'refresh',
    label: l10n.t('Refresh Secret'),
    command: commands.refreshSecret,
  }),
  configure: () => ({
    icon: 'gear',
    label: l10n.t('Edit Connection'),
    command: commands.configure,
  }),
  credential: () => ({
    icon: 'key',
    label: l10n.t('Sign In Again'),
    command: commands.enterCredential,
  }),
  log: () => ({
    icon: 'output',
    label: l10n.t('Show Log'),
    command: commands.showLog,
  }),
  diagnose: () => ({
    icon: 'pulse',
    label: l10n.t('Diagnose'),
    command: commands.diagnose,
  }),
  copyEnvironment: () => ({
    icon: 'copy',
    label: l10n.t('Copy Environment'),
    description: l10n.t('for a shell outside VS Code'),
    command: commands.copyEnvironment,
  }),
  disconnect: () => ({
    icon: 'debug-disconnect',
    label: l10n.t('Disconnect'),
    command: commands.disconnect,
  }),
  revoke: () => ({
    icon: 'circle-slash',
    label: l10n.t('Disconnect and Revoke'),
    description: l10n.t('running kernels and terminals lose access'),
    command: commands.disconnectAndRevoke,
  }),
} as const satisfies Record<string, () => Action>;

type ActionName = keyof typeof actions;

const whileServing: readonly ActionName[] = [
  'open',
  'refresh',
  'diagnose',
  'log',
  'configure',
  'credential',
  'copyEnvironment',
  'disconnect',
  'revoke',
];

const offered: Readonly<Record<ConnectionState['kind'], readonly ActionName[]>> = {
  disconnected: ['connect', 'configure', 'diagnose', 'log'],
  restricted: ['connect', 'diagnose', 'log'],
  needsConfiguration: ['connect', 'diagnose', 'log', 'disconnect'],
  needsApproval: ['review', 'configure', 'diagnose', 'log', 'disconnect'],
  connecting: ['diagnose', 'log', 'disconnect'],
  connected: whileServing,
  degraded: whileServing,
  rejected: ['credential', 'refresh', 'diagnose', 'configure', 'log', 'open', 'disconnect'],
  unavailable: [
    'diagnose',
    'configure',
    'refresh',
    'log',
    'open',
    'credential',
    'copyEnvironment',
    'disconnect',
    'revoke',
  ],
  failed: ['retry', 'diagnose', 'credential', 'configure', 'log', 'disconnect'],
};

const mending: Readonly<Partial<Record<ProblemAction['kind'], ActionName>>> = {
  signIn: 'signIn',
  enterCredential: 'credential',
  refresh: 'refresh',
  configure: 'configure',
};

/**
 * What mends the problem first, and without what cannot help: a secret of a store is not mended by entering again what
 * opens the store, nor a sign-in in the browser by entering anything.
 */
export function helpful(state: ConnectionState, names: readonly ActionName[]): readonly ActionName[] {
  const action = problemOf(state)?.action?.kind;
  const mend = action && mending[action];
  const isOfStore = state.kind === 'rejected' && action === 'refresh';
  const useless = isOfStore || mend === 'signIn' ? 'credential' : undefined;
  const others = names.filter((name) => name !== mend && name !== useless);
  return mend === undefined ? others : [mend, ...others];
}

/** What can be done in a state; the likeliest first. */
export function actionsFor(state: ConnectionState): readonly Action[] {
  return helpful(state, offered[state.kind]).map((name) => actions[name]());
}

function problemOf(state: ConnectionState): Problem | undefined {
  switch (state.kind) {
    case 'failed':
      return state.problem;
    case 'rejected':
      return state.store ?? state.problem;
    case 'connected':
    case 'degraded':
    case 'unavailable':
      return state.store;
    case 'disconnected':
    case 'restricted':
    case 'needsConfiguration':
    case 'needsApproval':
    case 'connecting':
      return undefined;
  }
}
