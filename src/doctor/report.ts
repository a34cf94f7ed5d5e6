import * as l10n from '@vscode/l10n';
import { ago, duration } from '../age.ts';
import { requestWords, secretWords } from '../connection/fact-words.ts';
import { lastResponse } from '../connection/last-response.ts';
import { isServing } from '../connection/state.ts';
import { providerOf } from '../providers/providers.ts';
import { section as settingsSection } from '../settings/manifest.ts';
import { checks } from './checks.ts';
import type { Finding } from './checks.ts';
import type { Evidence } from './evidence.ts';
import { shownValues } from './shown-values.ts';
import type { ShownValue } from './shown-values.ts';
import { summary } from './summary.ts';

/** A diagnosis as data: what is shown, in which order, and not how. */
export interface Report {
  readonly title: string;
  /** When it was true, and whether it still is. */
  readonly checked: string;
  readonly summary: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly heading: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** `code`: a value as somebody wrote it, which must not be read as markup. */
export type Cell = string | { readonly code: string };

const marks: Readonly<Record<Finding['outcome'], string>> = {
  running: '…',
  passed: '✓',
  warning: '!',
  failed: '✗',
  notChecked: '–',
};

export function reportTitle(): string {
  return l10n.t('MLflow Connection Diagnosis');
}

export function signInHeading(): string {
  return l10n.t('Sign-in to the secret store');
}

/** What a diagnosis shows of the evidence: the checks first, then what they looked at. */
export function reportOf(evidence: Evidence): Report {
  return {
    title: reportTitle(),
    checked: checkedAt(evidence),
    summary: summary(evidence),
    sections: [
      checkResults(evidence),
      sourceChoice(evidence),
      settingValues(evidence),
      signIn(evidence),
      kept(evidence),
      connection(evidence),
      lastProblem(evidence),
      {
        heading: l10n.t('Versions'),
        columns: [l10n.t('Component'), l10n.t('Version')],
        rows: evidence.versions,
      },
    ].filter(({ rows }) => rows.length > 0),
  };
}

function checkedAt({ now, hasChanged }: Evidence): string {
  const [time] = new Date(now).toTimeString().split(' ');
  return hasChanged
    ? l10n.t('Checked at {0}. The connection has changed since then: choose "Check Again" above.', time ?? '')
    : l10n.t('Checked at {0}.', time ?? '');
}

function checkResults(evidence: Evidence): Section {
  const rows = checks.flatMap(({ title, run }) => {
    const finding = run(evidence);
    if (finding === undefined) return [];
    const { outcome, found, advice } = finding;
    // A column of its own would be outside of a narrow window.
    const next = advice === undefined ? [] : [['→', l10n.t('What to do'), advice]];
    return [[marks[outcome], title(), found], ...next];
  });
  return { heading: l10n.t('Checks'), columns: ['', l10n.t('Check'), l10n.t('Result')], rows };
}

function sourceChoice({ read: { choice, values } }: Evidence): Section {
  const rows: Cell[][] = [];
  if (choice.kind === 'chosen') {
    const how = values.get('provider') === 'auto' ? l10n.t('chosen by "auto"') : l10n.t('chosen by you');
    rows.push([providerOf(choice).name(), how, choice.reason]);
  } else {
    rows.push([l10n.t('none'), l10n.t('"auto" found no source'), '']);
  }
  rows.push(
    ...choice.skipped.map((skipped) => [providerOf(skipped).name(), l10n.t('skipped'), skipped.reason]),
  );
  return {
    heading: l10n.t('Source of the credential'),
    columns: [l10n.t('Source'), '', l10n.t('Reason')],
    rows,
  };
}

function settingValues({ read }: Evidence): Section {
  const provider = read.choice.kind === 'chosen' ? read.choice.provider : undefined;
  const rows = shownValues(read.values, provider).map(({ key, value, origin }) => [
    { code: `${settingsSection}.${key}` },
    valueCell(value),
    origin,
  ]);
  return {
    heading: l10n.t('Settings'),
    columns: [l10n.t('Setting'), l10n.t('Value'), l10n.t('Origin')],
    rows,
  };
}

function valueCell(value: ShownValue['value']): Cell {
  switch (value.kind) {
    case 'text':
      return { code: value.text };
    case 'hidden':
      return l10n.t('set');
    case 'notSet':
      return l10n.t('not set');
  }
}

function signIn(evidence: Evidence): Section {
  const rows = evidence.signIn.map(({ name, isSet }) => [name, isSet ? l10n.t('set') : l10n.t('not set')]);
  return {
    heading: signInHeading(),
    columns: [l10n.t('Credential'), ''],
    rows,
  };
}

function keptHeading(): string {
  return l10n.t("Kept in VS Code's secret storage");
}

function kept({ kept: secrets, now }: Evidence): Section {
  const rows = secrets.map(({ what, about, where, since, until, endedBy }) => [
    what,
    about,
    where,
    ago(since, now),
    until === undefined ? endedBy : l10n.t('in {0}, or {1}', duration(Math.max(0, until - now)), endedBy),
  ]);
  const columns = [l10n.t('What'), l10n.t('For'), l10n.t('Used by'), l10n.t('Stored'), l10n.t('Deleted by')];
  return { heading: keptHeading(), columns, rows };
}

function connection({ state, now, requests, pythonUri, read, ...way }: Evidence): Section {
  const rows: (readonly Cell[])[] = [[l10n.t('State'), { code: state.kind }]];
  if (read.kind === 'ready') {
    const { origin, basePath } = read.configuration.tracking;
    rows.push([l10n.t('Tracking server'), { code: origin + basePath }]);
    if (way.httpProxy !== undefined) rows.push([l10n.t('HTTP proxy'), way.httpProxy]);
    if (way.certificateCheck) rows.push([l10n.t('Certificate check'), way.certificateCheck]);
  }
  if (pythonUri !== undefined) rows.push([l10n.t('Local address'), { code: pythonUri }]);
  if (isServing(state)) {
    rows.push(...secretWords(state.secret, state.configuration, now));
  }
  const response = lastResponse(requests, now);
  if (response !== undefined) rows.push([l10n.t('Response'), response]);
  if (requests !== undefined) rows.push([l10n.t('Requests'), requestWords(requests, now)]);
  return { heading: l10n.t('Connection'), columns: ['', ''], rows };
}

function lastProblem({ lastProblem: noted, state, now }: Evidence): Section {
  const heading = l10n.t('Last problem');
  if (noted === undefined) return { heading, columns: [], rows: [] };
  const isOver = state.kind !== 'failed' && (!isServing(state) || state.kind === 'connected');
  const age = ago(noted.at, now);
  return {
    heading,
    columns: ['', ''],
    rows: [
      [l10n.t('When'), isOver ? l10n.t('{0}, resolved since then', age) : age],
      [l10n.t('What happened'), noted.message],
      [l10n.t('What to do'), noted.remedy],
      [l10n.t('Code'), { code: noted.code }],
    ],
  };
}
