import type { Problem } from '../problem.ts';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import type { Destination } from '../configuration/destination.ts';
import type { SettingProblem } from '../settings/setting-values.ts';
import type { SettingKey } from '../settings/manifest.ts';

/** What may be shown of a secret: never its value. Times are wall-clock milliseconds. */
export interface SecretFacts {
  readonly version: string | undefined;
  readonly fetchedAt: number;
  readonly nextRefreshAt: number;
}

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
  | { readonly kind: 'connecting'; readonly configuration: ConnectionConfiguration }
  | {
      readonly kind: 'connected';
      readonly configuration: ConnectionConfiguration;
      readonly secret: SecretFacts;
    }
  /** Requests are still authenticated, but there is trouble that somebody should know of. */
  | {
      readonly kind: 'degraded';
      readonly configuration: ConnectionConfiguration;
      readonly secret: SecretFacts;
      readonly trouble: Trouble;
    }
  | {
      readonly kind: 'failed';
      readonly configuration: ConnectionConfiguration | undefined;
      readonly problem: Problem;
    };

/** Trouble with the store and with the tracking server comes and goes independently; there is at least one. */
export type Trouble =
  | { readonly store: Problem; readonly upstream: string | undefined }
  | { readonly store: undefined; readonly upstream: string };

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
  /** `message` undefined: the tracking server responds again. */
  | { readonly type: 'upstream'; readonly message: string | undefined };

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
      return served(state, event.secret, event.problem);
    case 'failed':
      return { kind: 'failed', configuration: event.configuration, problem: event.problem };
    case 'upstream':
      return upstream(state, event.message);
  }
}

function served(state: ConnectionState, secret: SecretFacts, problem: Problem | undefined): ConnectionState {
  switch (state.kind) {
    case 'disconnected':
    case 'restricted':
    case 'needsConfiguration':
    case 'needsApproval':
      return state;
    case 'connecting':
    case 'connected':
    case 'failed':
      return state.configuration === undefined
        ? state
        : healthy(state.configuration, secret, problem, undefined);
    case 'degraded':
      return healthy(state.configuration, secret, problem, state.trouble.upstream);
  }
}

function upstream(state: ConnectionState, message: string | undefined): ConnectionState {
  switch (state.kind) {
    case 'connected':
      return healthy(state.configuration, state.secret, undefined, message);
    case 'degraded':
      return healthy(state.configuration, state.secret, state.trouble.store, message);
    case 'disconnected':
    case 'restricted':
    case 'needsConfiguration':
    case 'needsApproval':
    case 'connecting':
    case 'failed':
      return state;
  }
}

function healthy(
  configuration: ConnectionConfiguration,
  secret: SecretFacts,
  store: Problem | undefined,
  unreachable: string | undefined,
): ConnectionState {
  if (store !== undefined) {
    return { kind: 'degraded', configuration, secret, trouble: { store, upstream: unreachable } };
  }
  if (unreachable !== undefined) {
    return { kind: 'degraded', configuration, secret, trouble: { store, upstream: unreachable } };
  }
  return { kind: 'connected', configuration, secret };
}
