import * as vscode from 'vscode';
import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import { providerOf } from '../../providers/providers.ts';
import type { ConnectionState, SecretFacts } from '../../connection/state.ts';
import { commands } from '../../settings/manifest.ts';
import type { CommandId } from '../../settings/manifest.ts';
import type { ProxyStatistics } from '../../proxy/messages.ts';

const { l10n } = vscode;

export interface StatusView {
  readonly icon: string;
  readonly word: string;
  readonly severity: 'normal' | 'warning' | 'error';
  /** Label and value; plain text, escaped where it is shown. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly links: readonly (readonly [label: string, command: CommandId])[];
}

export interface StatusInput {
  readonly state: ConnectionState;
  readonly statistics: ProxyStatistics | undefined;
  readonly lastDenial: string | undefined;
  /** Wall-clock milliseconds. */
  readonly now: number;
}

const links = {
  connect: [l10n.t('Connect'), commands.connect],
  disconnect: [l10n.t('Disconnect'), commands.disconnect],
  refresh: [l10n.t('Refresh secret'), commands.refreshSecret],
  diagnose: [l10n.t('Diagnose'), commands.diagnose],
  log: [l10n.t('Show log'), commands.showConnection],
  configure: [l10n.t('Configure'), commands.configure],
} as const satisfies Record<string, readonly [string, CommandId]>;

/** The one place that turns a state into words. */
export function viewStatus(input: StatusInput): StatusView {
  const { state } = input;
  switch (state.kind) {
    case 'disconnected':
      return view('debug-disconnect', l10n.t('off'), 'normal', [], [links.connect, links.configure]);
    case 'restricted':
      return view(
        'workspace-untrusted',
        l10n.t('restricted'),
        'normal',
        [[l10n.t('Why'), l10n.t('This folder is not trusted, so no credential is fetched.')]],
        [links.log],
      );
    case 'needsConfiguration':
      return view(
        'gear',
        l10n.t('set up'),
        'normal',
        [[l10n.t('Missing'), state.missing.join(', ')], ...problemFacts(state.problems)],
        [links.connect, links.diagnose],
      );
    case 'needsApproval':
      return view(
        'shield',
        l10n.t('approve'),
        'warning',
        [
          ...serverFacts(state.configuration),
          [l10n.t('Why'), l10n.t('The destination is new or has changed.')],
          ...denialFacts(input),
        ],
        [links.connect, links.log],
      );
    case 'connecting':
      return view(
        'sync~spin',
        l10n.t('connecting'),
        'normal',
        [...serverFacts(state.configuration), ...denialFacts(input)],
        [links.log],
      );
    case 'connected':
      return view('pass', l10n.t('connected'), 'normal', liveFacts(state, input), [
        links.refresh,
        links.log,
        links.disconnect,
      ]);
    case 'degraded': {
      const { store, upstream } = state.trouble;
      const troubles: [string, string][] = [];
      if (store) troubles.push([l10n.t('Secret store'), `${store.message} ${store.remedy}`]);
      if (upstream !== undefined) troubles.push([l10n.t('Tracking server'), upstream]);
      return view(
        'warning',
        l10n.t('degraded'),
        'warning',
        [...troubles, ...liveFacts(state, input)],
        [links.refresh, links.diagnose, links.log, links.disconnect],
      );
    }
    case 'failed':
      return view(
        'error',
        l10n.t('failed'),
        'error',
        [
          [l10n.t('What happened'), state.problem.message],
          [l10n.t('What to do'), state.problem.remedy],
          ...(state.configuration ? serverFacts(state.configuration) : []),
          ...denialFacts(input),
        ],
        [links.connect, links.diagnose, links.log, links.disconnect],
      );
  }
}

function view(
  icon: string,
  word: string,
  severity: StatusView['severity'],
  facts: StatusView['facts'],
  shownLinks: StatusView['links'],
): StatusView {
  return { icon, word, severity, facts, links: shownLinks };
}

function problemFacts(problems: readonly { readonly message: string }[]): [string, string][] {
  return problems.map((problem) => [l10n.t('Setting'), problem.message]);
}

function serverFacts(configuration: ConnectionConfiguration): [string, string][] {
  const { tracking, source } = configuration;
  return [
    [l10n.t('Server'), `${tracking.origin}${tracking.basePath}`],
    [l10n.t('Source'), providerOf(source).name()],
  ];
}

function liveFacts(
  state: { readonly configuration: ConnectionConfiguration; readonly secret: SecretFacts },
  input: StatusInput,
): [string, string][] {
  return [
    ...serverFacts(state.configuration),
    ...secretFacts(state.secret, input.now),
    [l10n.t('Requests'), requestCounts(input.statistics)],
    ...denialFacts(input),
  ];
}

/** Wherever the local proxy listens: somebody may be trying tokens while the secret cannot be had, too. */
function denialFacts({ lastDenial: lastRefusal }: StatusInput): [string, string][] {
  return lastRefusal === undefined ? [] : [[l10n.t('Last refused'), lastRefusal]];
}

function requestCounts(statistics: ProxyStatistics | undefined): string {
  if (statistics === undefined || statistics.requests + statistics.denied === 0) return l10n.t('none yet');
  return l10n.t('{0}, {1} failed, {2} refused', statistics.requests, statistics.failures, statistics.denied);
}

function secretFacts(secret: SecretFacts, now: number): [string, string][] {
  const age = l10n.t('fetched {0} ago', duration(now - secret.fetchedAt));
  const next =
    secret.nextRefreshAt > now
      ? l10n.t('next refresh in {0}', duration(secret.nextRefreshAt - now))
      : l10n.t('refreshed at the next request');
  const version = secret.version === undefined ? '' : l10n.t('version {0}, ', shortened(secret.version));
  return [[l10n.t('Secret'), `${version}${age}, ${next}`]];
}

/** Version ids of cloud stores are long; their beginning tells them apart. */
function shortened(version: string): string {
  return version.length > 12 ? `${version.slice(0, 8)}…` : version;
}

function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 90) return l10n.t('{0} s', seconds);
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? l10n.t('{0} min', minutes) : l10n.t('{0} h', Math.round(minutes / 60));
}
