import * as l10n from '@vscode/l10n';
import type { ConnectionState } from '../../connection/state.ts';
import { isUsersAct } from '../../mending.ts';
import type { Mend } from '../../mending.ts';
import { mendsOf } from '../../problem-catalogue.ts';
import type { Problem, ProblemAction, ProblemCode } from '../../problem.ts';
import { providerOf } from '../../providers/providers.ts';
import { commands } from '../../settings/manifest.ts';
import type { CommandId } from '../../settings/manifest.ts';

export interface Action {
  readonly icon: string;
  readonly label: string;
  readonly description?: string;
  readonly command: CommandId;
}

/** Everything that a button, a link or a menu offers, called as the command palette calls it where that says enough. */
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
  /** Where that is the credential itself. */
  enterAgain: () => ({
    icon: 'key',
    label: l10n.t('Enter Credential Again'),
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
  switchServer: () => ({
    icon: 'arrow-swap',
    label: l10n.t('Switch Server'),
    command: commands.switchServer,
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
  'switchServer',
  'credential',
  'copyEnvironment',
  'disconnect',
  'revoke',
];

const offered: Readonly<Record<ConnectionState['kind'], readonly ActionName[]>> = {
  disconnected: ['connect', 'configure', 'switchServer', 'diagnose', 'log'],
  restricted: ['connect', 'diagnose', 'log'],
  needsConfiguration: ['connect', 'diagnose', 'log', 'disconnect'],
  needsApproval: ['review', 'configure', 'switchServer', 'diagnose', 'log', 'disconnect'],
  connecting: ['diagnose', 'log', 'disconnect'],
  connected: whileServing,
  degraded: whileServing,
  rejected: ['credential', 'refresh', 'diagnose', 'configure', 'switchServer', 'log', 'open', 'disconnect'],
  unavailable: [
    'diagnose',
    'configure',
    'switchServer',
    'refresh',
    'log',
    'open',
    'credential',
    'copyEnvironment',
    'disconnect',
    'revoke',
  ],
  failed: ['retry', 'diagnose', 'credential', 'configure', 'switchServer', 'log', 'disconnect'],
};

/** What a command of ours does about what ends a problem; for what is mended elsewhere, whether that was done. */
const usual: Readonly<Record<Mend, ActionName>> = {
  waiting: 'retry',
  network: 'retry',
  server: 'retry',
  store: 'retry',
  credentialElsewhere: 'retry',
  machine: 'retry',
  settings: 'configure',
  signIn: 'signIn',
  enterCredential: 'credential',
  client: 'diagnose',
  restart: 'diagnose',
  window: 'diagnose',
};

const unusual: Readonly<Partial<Record<ProblemCode, ActionName>>> = {
  'settings.notApproved': 'review',
  'proxy.notConnected': 'connect',
  // Settings of the editor, or variables.
  'upstream.httpProxySignIn': 'retry',
  'upstream.httpProxyAddress': 'retry',
};

/**
 * What ends a problem, the likeliest first; `own` is what the problem itself names. No setting starts a server or grants a
 * permission: where somebody else mends it, one is only the second thing to look at.
 */
export function mendingActs(
  { code, action }: Problem,
  state: ConnectionState | undefined,
): readonly (ActionName | 'own')[] {
  const mends = mendsOf(code);
  const name = unusual[code] ?? usual[mends[0]];
  // While the last good secret serves, the store is asked for another one, and nothing is connected anew.
  const act = state?.kind === 'degraded' && name === 'retry' ? 'refresh' : name;
  if (action === undefined) return [act];
  const isOfSettings = action.kind === 'openSetting' || action.kind === 'configure';
  return isOfSettings && !isUsersAct(mends) ? [act, 'own'] : ['own'];
}

const ownActs: Readonly<Partial<Record<ProblemAction['kind'], ActionName>>> = {
  signIn: 'signIn',
  enterCredential: 'credential',
  refresh: 'refresh',
  configure: 'configure',
  retry: 'retry',
};

/** Those that are commands by themselves. */
function commandsFor(problem: Problem, state: ConnectionState): readonly ActionName[] {
  const own = problem.action && ownActs[problem.action.kind];
  return mendingActs(problem, state)
    .map((act) => (act === 'own' ? own : act))
    .filter((act) => act !== undefined);
}

/**
 * What mends the problem first, and without what cannot help: a secret of a store is not mended by entering again what
 * opens the store, nor a sign-in in the browser by entering anything.
 */
export function helpful(state: ConnectionState, names: readonly ActionName[]): readonly ActionName[] {
  const problem = problemIn(state);
  const mends = problem === undefined ? [] : commandsFor(problem, state);
  const isOfStore = state.kind === 'rejected' && problem?.action?.kind === 'refresh';
  const useless = isOfStore || mends.includes('signIn') ? 'credential' : undefined;
  const others = names.filter((name) => !mends.includes(name) && name !== useless);
  if (!isCredentialEntered(problem, state)) return [...mends, ...others];
  const named = [...mends, ...others].map((name) => (name === 'credential' ? 'enterAgain' : name));
  // No store has another one.
  return named.filter((name) => name !== 'refresh');
}

/** Whether a person has entered the credential itself, and no store is asked for it. */
export function isCredentialEntered(
  problem: Problem | undefined,
  state: ConnectionState | undefined,
): boolean {
  const configuration = state !== undefined && 'configuration' in state ? state.configuration : undefined;
  if (configuration !== undefined) return providerOf(configuration.source).isSecretEntered;
  return problem?.action?.kind === 'enterCredential' && problem.action.isSecret === true;
}

/** What can be done in a state; the likeliest first. */
export function actionsFor(state: ConnectionState): readonly Action[] {
  return helpful(state, offered[state.kind]).map((name) => actions[name]());
}

/** What has to be mended first. */
export function problemIn(state: ConnectionState): Problem | undefined {
  switch (state.kind) {
    case 'failed':
    case 'unavailable':
      return state.problem;
    case 'rejected':
      return state.store ?? state.problem;
    case 'connected':
    case 'degraded':
      return state.store;
    case 'disconnected':
    case 'restricted':
    case 'needsConfiguration':
    case 'needsApproval':
    case 'connecting':
      return undefined;
  }
}
