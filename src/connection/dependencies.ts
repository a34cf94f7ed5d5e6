import { createHash } from 'node:crypto';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import type { ConfigurationResult } from '../configuration/read-configuration.ts';
import { bootstrapScope } from '../providers/providers.ts';
import { credentialNameOf } from '../proxy/control/credential-name.ts';
import type { Upstream } from '../proxy/messages.ts';
import type { SecretResolver } from '../secrets/secret-resolver.ts';
import type { Approvals } from './approvals.ts';
import type { LocalAccess } from './check-credential.ts';
import type { UndoneOptions } from './ending.ts';
import type { GivenUpMemory } from './given-up.ts';
import type { HealthOptions } from './health.ts';
import type { Keeping } from './keeping.ts';
import type { EndpointDependencies } from './local-endpoint.ts';
import type { StartProxyWorker } from './local-proxy.ts';
import type { PortRetry } from './local-proxy-options.ts';
import type { RecoveryDependencies } from './recovery.ts';

/** VS Code gives a window that closes five seconds. */
export const shutDownMs = 4500;

/** A person who disconnects waits no longer; what is to be deleted and given back goes on. */
export const disconnectMs = 800;

export interface HealthDependencies extends Pick<HealthOptions, 'attention' | 'intervalMs' | 'random'> {
  /** What asks the tracking server of a configuration, through the local proxy. */
  readonly openCheck: (
    configuration: ConnectionConfiguration,
    access: () => LocalAccess | undefined,
  ) => HealthOptions['check'];
}

/** What a connection depends on; handed in so that tests can replace it. */
export interface ConnectionDependencies extends EndpointDependencies, RecoveryDependencies {
  readonly isTrusted: () => boolean;
  readonly readConfiguration: () => Promise<ConfigurationResult>;
  readonly approvals: Approvals;
  readonly startProxyWorker: StartProxyWorker;
  readonly portRetry: PortRetry;
  readonly upstreamFor: (configuration: ConnectionConfiguration) => Promise<Upstream>;
  readonly openResolver: (configuration: ConnectionConfiguration) => Promise<SecretResolver>;
  /** Who looks at the window, and how often and how the tracking server is asked meanwhile. */
  readonly health: HealthDependencies;
  /** What is kept of this workspace's connection over a reload. */
  readonly kept: {
    /** Deletes all of it, with the proxy's process where no other window uses it, or `forAll`. */
    end(options?: UndoneOptions & { readonly forAll?: boolean }): Promise<void>;
    /** Deletes what is not for this connection. */
    endOthers(configuration: ConnectionConfiguration): Promise<void>;
  };
  readonly keeping: Keeping;
  /** What the tracking server did not accept before a person gave up; stored over reloads. */
  readonly givenUp: GivenUpMemory;
  /** Whether this workspace connects when it is opened; stored over reloads. */
  readonly autoConnect: { get(): boolean; set(isOn: boolean): Promise<void> };
}

/** Of a configuration, or of one and how its server is reached: short, and worth nothing to whoever sees it. */
export function fingerprintOf(
  made: ConnectionConfiguration | readonly [ConnectionConfiguration, Upstream],
): string {
  // What becomes of the proxy later makes no other connection.
  const text = JSON.stringify(made, (name, value: unknown) => (name === 'afterClose' ? undefined : value));
  return createHash('sha256').update(text).digest('base64');
}

/** What the credential of this configuration is one of: with its sign-in, which the user may forget. */
export function credentialName(configuration: ConnectionConfiguration): string {
  const { source, tracking } = configuration;
  return credentialNameOf(bootstrapScope(source, tracking.origin), fingerprintOf(configuration));
}
