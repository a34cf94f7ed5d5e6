import * as l10n from '@vscode/l10n';
import { ago } from '../../age.ts';
import type { ApprovedServer } from '../../connection/approvals.ts';
import { denialText } from '../../connection/denial-text.ts';
import type { ConnectionState } from '../../connection/state.ts';
import type { RecentDenial, RecentRequest, TrafficFacts } from '../../proxy/messages.ts';
import { intervalMs } from '../../proxy/traffic.ts';
import { commands } from '../../settings/manifest.ts';
import type { Row } from '../sinks/row-tree.ts';
import { actionsFor } from '../status/actions.ts';
import { reasonsOf, stateWords, viewStatus } from '../status/status-view.ts';
import type { StatusInput } from '../status/status-view.ts';
import { requestWords } from './request-words.ts';
import { serverRows } from './server-rows.ts';
import { countsUntil, sparkline } from './sparkline.ts';

/** What the view shows besides what the status bar has. */
export interface ConnectionFacts extends StatusInput {
  /** Of MLflow; `undefined`: not known. */
  readonly serverVersion: string | undefined;
  /** Names of terminals that were opened before the connection. */
  readonly unawareTerminals: readonly string[];
  readonly unawareKernels: number;
  readonly kept: readonly KeptFacts[];
  /** That were approved in this workspace. */
  readonly servers: readonly ApprovedServer[];
  /** What the user has approved. */
  readonly approved: readonly (readonly [label: string, value: string])[];
}

export interface KeptFacts {
  readonly folder: string;
  readonly origin: string;
  readonly detail: string;
}

interface Shown {
  readonly rows: readonly Row[];
  readonly message: string | undefined;
}

const maxNextSteps = 2;

/** Nothing where there is no connection: then the view says how to have one. */
export function connectionRows(facts: ConnectionFacts): Shown {
  const { state } = facts;
  if (state.kind === 'restricted' || (state.kind === 'disconnected' && facts.plan !== 'connect'))
    return { rows: [], message: undefined };
  const reasons = reasonsOf(state);
  return {
    rows: [
      stateRow(facts, reasons),
      ...requestRows(facts),
      ...unawareRows(facts),
      ...serverRows(facts.servers, facts),
      ...keptRows(facts),
      ...approvedRows(facts),
    ],
    // Sentences are read above the rows, where lines break.
    message:
      reasons.length === 0 ? undefined : reasons.map(([label, value]) => `${label}: ${value}`).join(' '),
  };
}

function stateRow(facts: ConnectionFacts, reasons: ReturnType<typeof reasonsOf>): Row {
  const { state } = facts;
  const { icon, severity, facts: all } = viewStatus(facts);
  const server = 'configuration' in state ? state.configuration?.tracking : undefined;
  const look = severity === 'normal' ? (state.kind === 'connected' ? 'good' : undefined) : severity;
  const version = facts.serverVersion;
  // What stands above the rows is not said again.
  const isSaid = (value: string): boolean => reasons.some(([, reason]) => reason === value);
  const shown = [
    ...all.filter(([, value]) => !isSaid(value)),
    ...(version === undefined ? [] : [['MLflow', version] as const]),
  ];
  return {
    ...{ id: 'state', label: asSentence(stateWords(state, facts.plan)), icon, isOpen: true },
    ...(look !== undefined && { severity: look }),
    ...(server !== undefined && { description: server.origin.replace(/^https?:\/\//, '') + server.basePath }),
    children: [...nextSteps(state), ...shown.map((fact, index) => factRow(`fact ${index} ${fact[0]}`, fact))],
  };
}

function asSentence(words: string): string {
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

/** Of a fact; more is cut off where the view opens in a small window. */
const maxRowLength = 20;
/** As the longest of a secret store. */
const maxNameLength = 24;

/** A long word or name first, as a narrow view cuts what comes after it; a sentence, or a number, says nothing without what it is of. */
function factRow(id: string, [name, value]: readonly [name: string, value: string]): Row {
  const isName = value.length <= maxNameLength && /^\p{Lu}\D*$/u.test(value);
  const saysIt = (isName || /^\S*[a-z]\S*$/i.test(value)) && name.length + value.length > maxRowLength;
  return saysIt ? { id, label: value, name } : { id, label: name, description: value };
}

/** The likeliest first, where somebody has to do something. */
function nextSteps(state: ConnectionState): readonly Row[] {
  switch (state.kind) {
    case 'disconnected':
    case 'restricted':
    case 'connecting':
    case 'connected':
      return [];
    case 'needsConfiguration':
    case 'needsApproval':
    case 'degraded':
    case 'rejected':
    case 'unavailable':
    case 'failed':
      return actionsFor(state)
        .slice(0, maxNextSteps)
        .map(({ label, icon, command }) => ({ id: command, label, icon, command }));
  }
}

function requestRows({ statistics, now }: ConnectionFacts): readonly Row[] {
  const traffic = statistics?.traffic;
  if (traffic === undefined) return [];
  const counts = countsUntil(traffic, now);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const children = recentRows(traffic, now);
  if (total + children.length === 0) return [];
  const minutes = (counts.length * intervalMs) / 60_000;
  const spoken = l10n.t('{0} in the last {1} minutes', total, minutes);
  return [
    {
      ...{ id: 'requests', label: l10n.t('Recent Requests'), icon: 'graph-line', isOpen: true },
      ...{ description: sparkline(counts), spoken, tooltip: spoken },
      children,
    },
  ];
}

function recentRows({ recent, denials }: TrafficFacts, now: number): readonly Row[] {
  return [...denials.map((one) => denialRow(one, now)), ...recent.map((one) => requestRow(one, now))];
}

function denialRow({ reason, count, at }: RecentDenial, now: number): Row {
  return {
    id: `denied ${reason}`,
    label: l10n.t('Denied'),
    description: [denialText(reason, count, ''), ago(at, now)].join(', '),
    ...{ icon: 'circle-slash', severity: 'warning' },
  };
}

function requestRow(request: RecentRequest, now: number): Row {
  const { method, path, status, count, at } = request;
  const isGood = status !== 0 && status < 400;
  const outcome = status === 0 ? l10n.t('no response') : l10n.t('status {0}', status);
  const times = count > 1 ? [l10n.t('{0} times', count)] : [];
  const label = requestWords(request);
  const description = [...(isGood ? [] : [outcome]), ...times, ago(at, now)].join(', ');
  return {
    ...{ id: `${method} ${path} ${status}`, label, description },
    tooltip: `${label}: ${description} (${method} ${path}: ${outcome})`,
    icon: isGood ? 'check' : 'error',
    ...(!isGood && { severity: status === 0 || status >= 500 ? 'error' : 'warning' }),
  };
}

function unawareRows({ unawareTerminals, unawareKernels }: ConnectionFacts): readonly Row[] {
  const terminals = unawareTerminals.map((name, index) => ({
    ...{ id: `terminal ${index} ${name}`, label: name, icon: 'terminal' },
    description: l10n.t('open a new terminal'),
    command: 'workbench.action.terminal.new',
  }));
  const kernels = {
    ...{ id: 'kernels', label: l10n.t('Notebook kernels'), icon: 'notebook' },
    description: l10n.t('{0}, restart them', unawareKernels),
  };
  const children = unawareKernels === 0 ? terminals : [...terminals, kernels];
  if (children.length === 0) return [];
  return [
    {
      ...{ id: 'unaware', label: l10n.t('Without the Connection'), icon: 'debug-disconnect', isOpen: true },
      description: String(unawareTerminals.length + unawareKernels),
      tooltip: l10n.t('Started before the connection, so Python there is not authenticated.'),
      children,
    },
  ];
}

function keptRows({ kept }: ConnectionFacts): readonly Row[] {
  if (kept.length === 0) return [];
  const children = kept.map(({ folder, origin, detail }, index) => ({
    ...{ id: `kept ${index} ${folder}`, label: folder, description: origin, tooltip: detail },
    command: commands.showKept,
  }));
  return [
    {
      ...{ id: 'kept', label: l10n.t('Kept Connections'), icon: 'history', isOpen: true, children },
      description: String(kept.length),
    },
  ];
}

function approvedRows({ approved }: ConnectionFacts): readonly Row[] {
  if (approved.length === 0) return [];
  const children = approved.map((fact, index) => factRow(`approved ${index}`, fact));
  return [{ ...{ id: 'approved', label: l10n.t('Approved'), icon: 'shield', children } }];
}
