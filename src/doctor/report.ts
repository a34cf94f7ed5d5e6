import { providerOf } from '../providers/providers.ts';
import { checks, summary } from './checks.ts';
import type { Finding } from './checks.ts';
import type { Evidence } from './evidence.ts';
import { shownValues } from './shown-values.ts';
import { ago } from './words.ts';

/** A diagnosis as data: what is shown, in which order, and not how. */
export interface Report {
  readonly title: string;
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

const marks: Readonly<Record<Finding['verdict'], string>> = {
  good: '✓',
  doubtful: '!',
  bad: '✗',
  unknown: '–',
};

export function reportOf(evidence: Evidence): Report {
  return {
    title: 'MLflow Connection Diagnosis',
    summary: summary(evidence),
    sections: [
      checked(evidence),
      chosen(evidence),
      values(evidence),
      signIn(evidence),
      connection(evidence),
      lastProblem(evidence),
      { heading: 'Versions', columns: ['What', 'Version'], rows: evidence.about },
    ].filter(({ rows }) => rows.length > 0),
  };
}

function checked(evidence: Evidence): Section {
  const rows = checks.flatMap(({ name, look }) => {
    const finding = look(evidence);
    return finding ? [[marks[finding.verdict], name, finding.found, finding.advice ?? '']] : [];
  });
  return { heading: 'Checks', columns: ['', 'What', 'Found', 'What to do'], rows };
}

function chosen({ read: { choice, values } }: Evidence): Section {
  const rows: Cell[][] = [];
  if (choice.kind === 'chosen') {
    const how = values.get('provider') === 'auto' ? 'chosen by "auto"' : 'chosen by you';
    rows.push([providerOf(choice).name(), how, choice.reason]);
  } else {
    rows.push(['none', '"auto" found no source', '']);
  }
  rows.push(...choice.skipped.map((skipped) => [providerOf(skipped).name(), 'skipped', skipped.reason]));
  return { heading: 'Source of the credential', columns: ['Source', '', 'Why'], rows };
}

function values({ read }: Evidence): Section {
  const provider = read.choice.kind === 'chosen' ? read.choice.provider : undefined;
  const rows = shownValues(read.values, provider).map(({ key, value, origin }) => [
    { code: key },
    value === 'not set' || value === 'set' ? value : { code: value },
    origin,
  ]);
  return { heading: 'Values', columns: ['Setting', 'Value', 'From'], rows };
}

function signIn(evidence: Evidence): Section {
  const rows = evidence.signIn.map(({ name, isSet }) => [name, isSet ? 'set' : 'not set']);
  return { heading: 'Sign-in to the source', columns: ['Where', ''], rows };
}

function connection({ state, now, requests, pythonUri, httpProxy, read }: Evidence): Section {
  const rows: Cell[][] = [['State', state.kind]];
  if (read.kind === 'ready') {
    const { origin, basePath } = read.configuration.tracking;
    rows.push(['Tracking server', { code: origin + basePath }]);
    rows.push(['HTTP proxy', httpProxy === undefined ? 'none' : { code: httpProxy }]);
  }
  if (pythonUri !== undefined) rows.push(['Local address', { code: pythonUri }]);
  if (state.kind === 'connected' || state.kind === 'degraded') {
    const { version, fetchedAt, nextRefreshAt } = state.secret;
    if (version !== undefined) rows.push(['Version of the secret', { code: version }]);
    rows.push(['Secret fetched', ago(fetchedAt, now)]);
    const wait = Math.round((nextRefreshAt - now) / 1000);
    rows.push(['Next refresh', wait > 0 ? `in ${wait} s` : 'at the next request']);
  }
  if (requests !== undefined) {
    const { requests: all, failures, denied: refused } = requests;
    rows.push(['Requests', `${all}, ${failures} failed, ${refused} refused`]);
  }
  return { heading: 'Connection', columns: ['What', ''], rows };
}

function lastProblem({ lastProblem: noted, state, now }: Evidence): Section {
  const isOver = state.kind !== 'failed' && state.kind !== 'degraded';
  const rows =
    noted === undefined
      ? []
      : [
          ['When', `${ago(noted.at, now)}${isOver ? '; it is over' : ''}`],
          ['What happened', noted.message],
          ['What to do', noted.remedy],
          ['Code', { code: noted.code }],
        ];
  return { heading: 'Last problem', columns: ['', ''], rows };
}
