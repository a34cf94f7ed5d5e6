import * as l10n from '@vscode/l10n';
import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import { requestWords, secretWords } from '../../connection/fact-words.ts';
import { lastResponse } from '../../connection/last-response.ts';
import type { ConnectionState, ServingState } from '../../connection/state.ts';
import { inOneText, withCode } from '../../problem.ts';
import type { Problem } from '../../problem.ts';
import { providerOf } from '../../providers/providers.ts';
import type { ProxyStatistics } from '../../proxy/messages.ts';
import { section } from '../../settings/manifest.ts';
import { connectHere, statusText, statusWords } from '../labels.ts';
import type { StatusItemContent } from '../sinks/status-item.ts';
import { actions, helpful } from './actions.ts';
import type { Action } from './actions.ts';

type StatusView = StatusItemContent;

type Fact = StatusItemContent['facts'][number];

/**
 * What this workspace is to do when it is opened. `none`: nobody has set up anything yet. `restricted`: the folder is not
 * trusted, and nothing is done, whatever is set up.
 */
export type WorkspacePlan = 'none' | 'stayOff' | 'connect' | 'restricted';

export interface StatusInput {
  readonly state: ConnectionState;
  readonly statistics: ProxyStatistics | undefined;
  readonly lastDenial: string | undefined;
  /** How long the proxy was kept before the window came, and what it did. */
  readonly wentOn?: string | undefined;
  readonly plan: WorkspacePlan;
  /** Wall-clock milliseconds. */
  readonly now: number;
}

interface Look extends Pick<StatusView, 'icon' | 'severity'> {
  readonly links: readonly (keyof typeof actions)[];
}

const looks: Readonly<Record<ConnectionState['kind'], Look>> = {
  disconnected: { icon: 'debug-disconnect', severity: 'normal', links: ['connect', 'configure'] },
  restricted: { icon: 'workspace-untrusted', severity: 'warning', links: ['connect', 'log'] },
  needsConfiguration: { icon: 'gear', severity: 'normal', links: ['connect', 'diagnose'] },
  needsApproval: { icon: 'shield', severity: 'warning', links: ['review', 'log'] },
  connecting: { icon: 'sync~spin', severity: 'normal', links: ['log'] },
  connected: { icon: 'pass', severity: 'normal', links: ['open', 'refresh', 'log', 'disconnect'] },
  degraded: {
    icon: 'warning',
    severity: 'warning',
    links: ['refresh', 'open', 'diagnose', 'log', 'disconnect'],
  },
  rejected: { icon: 'error', severity: 'error', links: ['credential', 'refresh', 'diagnose', 'log'] },
  unavailable: { icon: 'warning', severity: 'warning', links: ['diagnose', 'log', 'disconnect'] },
  failed: { icon: 'error', severity: 'error', links: ['retry', 'diagnose', 'log', 'disconnect'] },
};

/** How a state looks in the status bar. */
export function viewStatus(given: StatusInput): StatusView {
  const input = { ...given, state: stateIn(given) };
  const { state, plan } = input;
  const kind = kindIn(input);
  const { icon, severity, links: shown } = looks[kind];
  return {
    icon,
    severity,
    text: kind === 'disconnected' && plan === 'none' ? connectHere() : statusText(wordsOf(state, kind)),
    facts: factsOf(input),
    links: helpful(input.state, shown).map((name) => linkTo(actions[name]())),
  };
}

/** Where the folder is not trusted, that is said before anything was tried. */
export function stateIn({ state, plan }: Pick<StatusInput, 'state' | 'plan'>): ConnectionState {
  return plan === 'restricted' ? { kind: 'restricted' } : state;
}

/** What was entered is rejected also once it is not used any more; a sign-in page says nothing of a credential. */
function wordsOf(state: ConnectionState, kind: ConnectionState['kind']): keyof typeof statusWords {
  if (state.kind === 'rejected' && state.problem.code === 'upstream.wall') return 'wall';
  return state.kind === 'failed' && state.problem.code === 'upstream.rejected' ? 'rejected' : kind;
}

/** Until its first step is taken, a workspace that is to be connected is being so. */
function kindIn({ state, plan }: Pick<StatusInput, 'state' | 'plan'>): ConnectionState['kind'] {
  return state.kind === 'disconnected' && plan === 'connect' ? 'connecting' : state.kind;
}

/** As the status bar has it, without what is before the colon. `plan`: of a workspace that may be about to connect. */
export function stateWords(state: ConnectionState, plan: WorkspacePlan = 'none'): string {
  return statusWords[wordsOf(state, kindIn({ state, plan }))]();
}

function linkTo({ label, command }: Action): StatusView['links'][number] {
  return [label, command];
}

function factsOf(input: StatusInput): readonly Fact[] {
  const { state } = input;
  switch (state.kind) {
    case 'disconnected':
      return [];
    case 'restricted':
    case 'needsConfiguration':
      return reasonsOf(state);
    case 'needsApproval':
      return [...serverFacts(state.configuration), ...reasonsOf(state), ...denialFacts(input)];
    case 'connecting':
      return [...serverFacts(state.configuration), ...denialFacts(input)];
    case 'connected':
    case 'degraded':
    case 'rejected':
    case 'unavailable':
      return [...reasonsOf(state), ...servingFacts(state, input)];
    case 'failed':
      return [
        ...reasonsOf(state),
        ...(state.configuration ? serverFacts(state.configuration) : []),
        ...denialFacts(input),
      ];
  }
}

/** Those of the facts that say why the state is what it is, and what to do: sentences. */
export function reasonsOf(state: ConnectionState): readonly Fact[] {
  switch (state.kind) {
    case 'disconnected':
    case 'connecting':
      return [];
    case 'restricted':
      return [
        [
          l10n.t('Reason'),
          l10n.t('This folder is not trusted, so MLflow is not connected and no credential is fetched.'),
        ],
      ];
    case 'needsConfiguration':
      return [...missingFacts(state.missing), ...problemFacts(state.problems)];
    case 'needsApproval':
      return [[l10n.t('Reason'), l10n.t('The destination of the credential is new or has changed.')]];
    case 'connected':
      return storeFacts(state);
    case 'degraded':
      return [
        ...storeFacts(state),
        [l10n.t('Meanwhile'), l10n.t('Python goes on with the last good secret.')],
      ];
    case 'rejected':
    case 'unavailable':
      return [...whatHappened(state.problem), ...storeFacts(state)];
    case 'failed':
      return whatHappened(state.problem);
  }
}

type StateOf<Kind extends ConnectionState['kind']> = Extract<ConnectionState, { kind: Kind }>;

function missingFacts(missing: StateOf<'needsConfiguration'>['missing']): readonly Fact[] {
  if (missing.length === 0) return [];
  return [[l10n.t('Not set'), missing.map((key) => `${section}.${key}`).join(', ')]];
}

function problemFacts(problems: StateOf<'needsConfiguration'>['problems']): readonly Fact[] {
  return problems.map(({ message }) => [l10n.t('Setting'), message]);
}

function whatHappened({ message, remedy, code }: Problem): readonly Fact[] {
  return [
    [l10n.t('What happened'), withCode(message, code)],
    [l10n.t('What to do'), remedy],
  ];
}

/** Why the last good secret is in use. */
function storeFacts({ store }: ServingState): readonly Fact[] {
  return store === undefined ? [] : [[l10n.t('What happened'), inOneText(store)]];
}

function acceptedFacts(state: ServingState): readonly Fact[] {
  if (state.kind !== 'connected' && state.kind !== 'degraded') return [];
  const { server } = state;
  const facts: Fact[] = [];
  if (server.user !== undefined) facts.push([l10n.t('Signed in as'), server.user]);
  if (server.notice !== undefined) facts.push([l10n.t('Permissions'), inOneText(server.notice)]);
  return facts;
}

function serverFacts({ tracking, source }: ConnectionConfiguration): readonly Fact[] {
  return [
    [l10n.t('Tracking server'), `${tracking.origin}${tracking.basePath}`],
    [l10n.t('Source'), providerOf(source).name()],
  ];
}

function servingFacts(state: ServingState, input: StatusInput): readonly Fact[] {
  const { configuration, secret } = state;
  return [
    ...serverFacts(configuration),
    ...acceptedFacts(state),
    ...secretWords(secret, configuration, input.now),
    ...responseFacts(input),
    [l10n.t('Requests'), requestWords(input.statistics, input.now)],
    ...(input.wentOn === undefined ? [] : [whileClosed(input.wentOn)]),
    ...denialFacts(input),
  ];
}

function whileClosed(wentOn: string): Fact {
  return [l10n.t('While closed'), wentOn];
}

function responseFacts({ statistics, now }: StatusInput): readonly Fact[] {
  const text = lastResponse(statistics, now);
  return text === undefined ? [] : [[l10n.t('Response'), text]];
}

/** Wherever the local proxy listens: somebody may be trying tokens while there is no secret, too. */
function denialFacts({ lastDenial }: StatusInput): readonly Fact[] {
  return lastDenial === undefined ? [] : [[l10n.t('Last denied request'), lastDenial]];
}
