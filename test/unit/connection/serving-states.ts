import type { ConnectionConfiguration } from '../../../src/configuration/configuration.ts';
import type { SecretFacts, ServerFacts, ServingState } from '../../../src/connection/state.ts';
import type { Problem } from '../../../src/problem.ts';

type StateOf<Kind extends ServingState['kind']> = Extract<ServingState, { kind: Kind }>;

const nothingKnown: ServerFacts = { user: undefined, notice: undefined };

export function connectedState(
  configuration: ConnectionConfiguration,
  secret: SecretFacts,
  server = nothingKnown,
): StateOf<'connected'> {
  return { kind: 'connected', configuration, secret, store: undefined, server };
}

export function degradedState(
  configuration: ConnectionConfiguration,
  secret: SecretFacts,
  store: Problem,
): StateOf<'degraded'> {
  return { kind: 'degraded', configuration, secret, store, server: nothingKnown };
}

export function rejectedState(
  configuration: ConnectionConfiguration,
  secret: SecretFacts,
  problem: Problem,
): StateOf<'rejected'> {
  return { kind: 'rejected', configuration, secret, store: undefined, problem, of: 'password' };
}

export function unavailableState(
  configuration: ConnectionConfiguration,
  secret: SecretFacts,
  problem: Problem,
  store?: Problem,
): StateOf<'unavailable'> {
  return { kind: 'unavailable', configuration, secret, store, problem };
}
