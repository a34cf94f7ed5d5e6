import type { Problem } from '../problem.ts';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import type { Destination } from '../configuration/destination.ts';
import type { SettingProblem } from '../settings/setting-values.ts';
import type { SettingKey } from '../settings/manifest.ts';

/** What may be shown of a secret: never its value. Times are wall-clock milliseconds. */
export interface SecretFacts {
  readonly version: string | undefined;
  readonly fetchedAt: number;
  /** When a person entered it, where one did and that is known. */
  readonly enteredAt?: number | undefined;
  readonly nextRefreshAt: number;
}

/** What the tracking server says of a credential that it accepts. */
export interface ServerFacts {
  /** Whose credential it is, in the server's words, where it tells. */
  readonly user: string | undefined;
  /** Something that the credential may not do, although it is accepted. */
  readonly notice: Problem | undefined;
}

/**
 * What is not accepted. `password`: asking often with a wrong one locks the account. `anything`: a sign-in wall, or what
 * denies the request, stands before the server, and the credential may be right.
 */
export type Rejected = 'password' | 'token' | 'anything';

/** How the tracking server takes the credential. */
export type ServerFinding =
  /** `server` undefined: nothing new is known of it. */
  | { readonly kind: 'accepted'; readonly server: ServerFacts | undefined }
  /** By MLflow or by a gateway before it. */
  | { readonly kind: 'rejected'; readonly problem: Problem; readonly of: Rejected }
  /** No MLflow server responds there, so nothing is known of the credential. */
  | { readonly kind: 'unavailable'; readonly problem: Problem };

export type ConnectionState =
  | { readonly kind: 'disconnected' }
  /** The workspace is not trusted; nothing is resolved. */
  | { readonly kind: 'restricted' }
  | {
      readonly kind: 'needsConfiguration';
      readonly missing: readonly SettingKey[];
      readonly problems: readonly SettingProblem[];
    }
  | {
      readonly kind: 'needsApproval';
      readonly configuration: ConnectionConfiguration;
      readonly destination: Destination;
      readonly approved: Destination | undefined;
    }
  /** There is no secret yet, or the tracking server was not asked yet whether it accepts it. */
  | ({ readonly kind: 'connecting'; readonly configuration: ConnectionConfiguration } & Partial<Served>)
  /** The tracking server accepted the credential. */
  | (Serving & { readonly kind: 'connected'; readonly server: ServerFacts; readonly store: undefined })
  /** It accepted it, but the secret store is failing, and the last good secret is in use. */
  | (Serving & { readonly kind: 'degraded'; readonly server: ServerFacts; readonly store: Problem })
  /** The tracking server does not accept the credential. Requests are sent all the same: it may accept it again. */
  | (Serving & { readonly kind: 'rejected'; readonly problem: Problem; readonly of: Rejected })
  /** The tracking server does not respond. Requests are sent all the same, and it is asked until it does. */
  | (Serving & { readonly kind: 'unavailable'; readonly problem: Problem })
  /** There is no credential. */
  | {
      readonly kind: 'failed';
      readonly configuration: ConnectionConfiguration | undefined;
      readonly problem: Problem;
    };

/** What requests are signed in with. */
interface Served {
  readonly secret: SecretFacts;
  /** Why the secret could not be refreshed, while the last good one is in use. */
  readonly store: Problem | undefined;
}

type Serving = Served & { readonly configuration: ConnectionConfiguration };

/** The states in which requests carry a credential. */
export type ServingState = Extract<
  ConnectionState,
  { kind: 'connected' | 'degraded' | 'rejected' | 'unavailable' }
>;

export function isServing(state: ConnectionState): state is ServingState {
  const { kind } = state;
  return kind === 'connected' || kind === 'degraded' || kind === 'rejected' || kind === 'unavailable';
}

export type ConnectionEvent =
  | { readonly type: 'disconnected' }
  | { readonly type: 'restricted' }
  | {
      readonly type: 'incomplete';
      readonly missing: readonly SettingKey[];
      readonly problems: readonly SettingProblem[];
    }
  | {
      readonly type: 'approvalNeeded';
      readonly configuration: ConnectionConfiguration;
      readonly destination: Destination;
      readonly approved: Destination | undefined;
    }
  | { readonly type: 'connecting'; readonly configuration: ConnectionConfiguration }
  /** `problem`: the store is failing while the last good secret is served. */
  | { readonly type: 'secretServed'; readonly secret: SecretFacts; readonly problem: Problem | undefined }
  | {
      readonly type: 'failed';
      readonly configuration: ConnectionConfiguration | undefined;
      readonly problem: Problem;
    }
  /** The tracking server was asked, or responded to a request of Python. */
  | { readonly type: 'found'; readonly finding: ServerFinding };

/** The one place where the connection changes state. An event that has no meaning in a state leaves it as it is. */
export function reduce(state: ConnectionState, event: ConnectionEvent): ConnectionState {
  switch (event.type) {
    case 'disconnected':
      return { kind: 'disconnected' };
    case 'restricted':
      return { kind: 'restricted' };
    case 'incomplete':
      return { kind: 'needsConfiguration', missing: event.missing, problems: event.problems };
    case 'approvalNeeded':
      return {
        kind: 'needsApproval',
        configuration: event.configuration,
        destination: event.destination,
        approved: event.approved,
      };
    case 'connecting':
      return { kind: 'connecting', configuration: event.configuration };
    case 'secretServed':
      return served(state, { secret: event.secret, store: event.problem });
    case 'failed':
      return { kind: 'failed', configuration: event.configuration, problem: event.problem };
    case 'found':
      return found(state, event.finding);
  }
}

function served(state: ConnectionState, now: Served): ConnectionState {
  switch (state.kind) {
    case 'disconnected':
    case 'restricted':
    case 'needsConfiguration':
    case 'needsApproval':
      return state;
    case 'connecting':
      return { kind: 'connecting', configuration: state.configuration, ...now };
    case 'failed': {
      const { configuration } = state;
      return configuration === undefined ? state : { kind: 'connecting', configuration, ...now };
    }
    case 'connected':
    case 'degraded':
      return accepted({ configuration: state.configuration, ...now }, state.server);
    case 'rejected':
    case 'unavailable':
      return { ...state, ...now };
  }
}

function found(state: ConnectionState, finding: ServerFinding): ConnectionState {
  switch (state.kind) {
    case 'disconnected':
    case 'restricted':
    case 'needsConfiguration':
    case 'needsApproval':
    case 'failed':
      return state;
    case 'connecting': {
      const { configuration, secret, store } = state;
      return secret === undefined ? state : judged({ configuration, secret, store }, finding, nothingKnown);
    }
    case 'connected':
    case 'degraded': {
      const { configuration, secret, store, server } = state;
      return judged({ configuration, secret, store }, finding, server);
    }
    case 'rejected':
    case 'unavailable': {
      const { configuration, secret, store } = state;
      return judged({ configuration, secret, store }, finding, nothingKnown);
    }
  }
}

const nothingKnown: ServerFacts = { user: undefined, notice: undefined };

function judged(serving: Serving, finding: ServerFinding, known: ServerFacts): ConnectionState {
  switch (finding.kind) {
    case 'accepted':
      return accepted(serving, finding.server ?? known);
    case 'rejected':
      return { kind: 'rejected', ...serving, problem: finding.problem, of: finding.of };
    case 'unavailable':
      return { kind: 'unavailable', ...serving, problem: finding.problem };
  }
}

function accepted({ store, ...serving }: Serving, server: ServerFacts): ConnectionState {
  return store === undefined
    ? { kind: 'connected', ...serving, store, server }
    : { kind: 'degraded', ...serving, store, server };
}
