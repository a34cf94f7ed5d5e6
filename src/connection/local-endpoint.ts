import * as l10n from '@vscode/l10n';
import { abortable } from '../providers/transport/abortable.ts';
import { clientToken, upstreamId } from './client-token.ts';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import type { LocalAddress } from './local-address.ts';
import type { LocalProxy } from './local-proxy.ts';
import type { Listening } from './local-proxy-options.ts';

/** Where Python finds the local proxy; `python/environment.ts` makes variables of it. */
export interface LocalEndpoint {
  readonly port: number;
  /** As Python shows it: good for the tracking server of the configuration only. */
  readonly clientToken: string;
  readonly configuration: ConnectionConfiguration;
}

export interface EndpointDependencies {
  readonly address: LocalAddress;
  readonly sessionToken: {
    get(): Promise<string>;
    revoke(): Promise<void>;
    /** From now on this one counts, which other windows of the workspace use already. */
    adopt(token: string): Promise<void>;
  };
  /** What answers at the port while nothing is connected. */
  readonly heldPort: {
    used(listening: Listening): void;
    /** With `revoke`, the session token is worth nothing from here on. */
    hold(options?: { readonly isAnew?: boolean }): Promise<void>;
    release(): Promise<void>;
  };
  readonly environment: { apply(endpoint: LocalEndpoint): void; clear(): void };
  readonly log: (level: 'info' | 'warn' | 'error', line: string) => void;
}

/**
 * Listens, and then sets the variables: they name a port only while it is held. Where another program has it, or had it
 * meanwhile, the session token changes, since Python may have shown it to that program: not where it is this workspace's
 * proxy, and SecretStorage fails.
 */
export async function openLocalEndpoint(
  configuration: ConnectionConfiguration,
  proxy: LocalProxy,
  { address, sessionToken, heldPort, environment, log }: EndpointDependencies,
  signal: AbortSignal,
): Promise<LocalEndpoint> {
  const { proxyPort: configuredPort, tracking } = configuration;
  proxy.prepareFor(upstreamId(tracking));
  const wasListening = proxy.port !== undefined;
  const wasLeft = !wasListening && address.port !== undefined && address.wasLeft();
  // No window notes that the port is held while it is held for programs that go on without one.
  if (wasLeft && !(await proxy.isThere())) await sessionToken.revoke();
  signal.throwIfAborted();
  const before = configuredPort || address.port;
  let token = await abortable(sessionToken.get(), signal);
  if (wasListening && !proxy.isAt({ configuredPort, sessionToken: token })) environment.clear();
  if (!wasListening) await heldPort.release();
  let listening: Listening;
  try {
    listening = await proxy.listen({ configuredPort, sessionToken: token });
    const { metStranger } = proxy;
    if (metStranger !== undefined) {
      if (!address.isForNow) {
        await sessionToken.revoke();
        token = await sessionToken.get();
        listening = await proxy.listen({ configuredPort, sessionToken: token });
      }
      log('warn', movedLine(before ?? listening.port, listening.port, metStranger));
    }
    if (listening.sessionToken !== token) await sessionToken.adopt(listening.sessionToken);
  } catch (error) {
    signal.throwIfAborted();
    environment.clear();
    if (proxy.metStranger !== undefined && !address.isForNow) await sessionToken.revoke();
    throw error;
  }
  heldPort.used(listening);
  signal.throwIfAborted();
  const { port } = listening;
  const endpoint = { port, clientToken: clientToken(listening.sessionToken, tracking), configuration };
  environment.apply(endpoint);
  return endpoint;
}

function movedLine(before: number, port: number, stranger: string): string {
  return l10n.t(
    'Port {0} is in use by {1}, so the local proxy moved to port {2}. Restart running kernels and terminals.',
    before,
    stranger,
    port,
  );
}
