import { destinationOf, sameDestination } from '../configuration/destination.ts';
import { providerOf } from '../providers/providers.ts';
import type { Evidence } from './evidence.ts';
import { serverRemedy } from './last-problem.ts';
import { ago } from './words.ts';

export interface Finding {
  /** `unknown`: not looked at, because something before it is not good. */
  readonly verdict: 'good' | 'doubtful' | 'bad' | 'unknown';
  readonly found: string;
  readonly advice?: string;
}

export interface Check {
  readonly name: string;
  /** `undefined` where there is nothing to say. */
  readonly look: (evidence: Evidence) => Finding | undefined;
}

/** In the order of the way from settings to Python: the first that is not good is the one to mend first. */
export const checks: readonly Check[] = [
  {
    name: 'Folder',
    look: ({ isTrusted }) =>
      isTrusted
        ? good('It is trusted.')
        : bad('It is not trusted, so no credential is fetched.', 'Run "Workspaces: Manage Workspace Trust".'),
  },
  { name: 'Settings', look: lookAtSettings },
  { name: 'Approval', look: lookAtApproval },
  { name: 'Sign-in', look: lookAtSignIn },
  { name: 'Secret', look: lookAtSecret },
  { name: 'Tracking server', look: lookAtServer },
  { name: 'Credential', look: lookAtCredential },
  { name: 'Python', look: lookAtPython },
  {
    name: 'Local requests',
    look: ({ lastDenial: lastRefusal }) =>
      lastRefusal === undefined
        ? undefined
        : doubtful(
            `One was refused: ${lastRefusal}.`,
            'If it was yours, restart the kernel or terminal that it came from.',
          ),
  },
];

function lookAtSettings({ read }: Evidence): Finding {
  switch (read.kind) {
    case 'invalid':
      return bad(read.problem.message, read.problem.remedy);
    case 'incomplete': {
      const reasons = read.problems.map(({ message }) => message);
      if (read.missing.length > 0) reasons.push(`Not set: ${read.missing.join(', ')}.`);
      return bad(
        [...reasons, ...read.unused].join(' '),
        'Run "Connect MLflow", which asks for what is missing.',
      );
    }
    case 'ready': {
      const doubts = [...read.unused, ...(read.risk === undefined ? [] : [read.risk])];
      return doubts.length === 0
        ? good('They are complete.')
        : doubtful(doubts.join(' '), 'Correct what is wrong, or take it out.');
    }
  }
}

function lookAtApproval({ read, approved }: Evidence): Finding {
  if (read.kind !== 'ready') return unknown('The settings come first.');
  const destination = destinationOf(read.configuration);
  if (approved === undefined) {
    return bad('You have not approved where the credential goes.', 'Run "Connect MLflow" and read it.');
  }
  return sameDestination(approved, destination)
    ? good(`You approved ${destination.trackingOrigin} with ${providerOf(read.configuration.source).name()}.`)
    : bad(
        'The settings name another source, secret or server than the one that you approved.',
        'Run "Connect MLflow", read the difference, then approve it or put it back.',
      );
}

function lookAtSignIn({ read, missingCredential }: Evidence): Finding {
  if (read.kind !== 'ready') return unknown('The settings come first.');
  return missingCredential === undefined
    ? good('Nothing more has to be typed.')
    : bad(`There is no ${missingCredential}.`, 'Run "Enter MLflow Credential".');
}

function lookAtSecret({ state, now }: Evidence): Finding {
  switch (state.kind) {
    case 'connected':
      return good(`Fetched ${ago(state.secret.fetchedAt, now)}.`);
    case 'degraded': {
      const { store } = state.trouble;
      if (store === undefined) return good(`Fetched ${ago(state.secret.fetchedAt, now)}.`);
      return doubtful(
        `${store.message} The last good one, fetched ${ago(state.secret.fetchedAt, now)}, is used.`,
        store.remedy,
      );
    }
    case 'failed':
      return bad(state.problem.message, state.problem.remedy);
    case 'connecting':
      return unknown('It is being fetched.');
    case 'disconnected':
    case 'restricted':
    case 'needsConfiguration':
    case 'needsApproval':
      return unknown('Nothing is fetched before MLflow is connected.');
  }
}

function lookAtServer({ state, server }: Evidence): Finding {
  if (state.kind === 'degraded' && state.trouble.upstream !== undefined) {
    return bad(state.trouble.upstream, serverRemedy);
  }
  switch (server.kind) {
    case 'found':
      return good(`${server.text} answered just now.`);
    case 'doubtful':
      return bad(server.text, serverRemedy);
    case 'notAsked':
      return unknown(server.text);
  }
}

function lookAtCredential({ signedIn: { kind, text } }: Evidence): Finding {
  switch (kind) {
    case 'found':
      return good(text);
    case 'doubtful':
      return bad(
        text,
        'Run "Refresh MLflow Secret". If that does not help, ask whoever runs the tracking server.',
      );
    case 'notAsked':
      return unknown(text);
  }
}

function lookAtPython({ state, pythonUri }: Evidence): Finding {
  if (state.kind !== 'connected' && state.kind !== 'degraded') {
    return pythonUri === undefined
      ? unknown('It is signed in once MLflow is connected.')
      : doubtful(`It finds ${pythonUri}, and requests wait or fail.`, 'See what is not good above.');
  }
  return pythonUri === undefined
    ? bad('It does not find the local address.', 'Run "Developer: Reload Window".')
    : good(`What is started from now on finds ${pythonUri}. Restart kernels and terminals that are older.`);
}

/** One sentence on how it stands. */
export function summary({ state, read }: Evidence): string {
  switch (state.kind) {
    case 'connected':
      return `Connected to ${state.configuration.tracking.origin} with a credential from ${providerOf(state.configuration.source).name()}.`;
    case 'degraded':
      return 'Connected, and something needs a look.';
    case 'failed':
      return 'Not connected: something failed.';
    case 'connecting':
      return 'Connecting.';
    case 'restricted':
      return 'Not connected: the folder is not trusted.';
    case 'needsConfiguration':
      return 'Not connected: the settings are not complete.';
    case 'needsApproval':
      return 'Not connected: you have to approve where the credential goes.';
    case 'disconnected':
      return read.kind === 'ready'
        ? 'Not connected. The settings are complete: run "Connect MLflow".'
        : 'Not connected. Run "Connect MLflow" to set it up.';
  }
}

const good = (found: string): Finding => ({ verdict: 'good', found });
const unknown = (found: string): Finding => ({ verdict: 'unknown', found });
const doubtful = (found: string, advice: string): Finding => ({ verdict: 'doubtful', found, advice });
const bad = (found: string, advice: string): Finding => ({ verdict: 'bad', found, advice });
