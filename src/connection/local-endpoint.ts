import * as l10n from '@vscode/l10n';
import { abortable } from '../providers/transport/abortable.ts';
import { clientToken, upstreamId } from './client-token.ts';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import type { LocalAddress } from './local-address.ts';
import type { LocalProxy } from './local-proxy.ts';

/** Where Python finds the local proxy; `python/environment.ts` makes variables of it. */
export interface LocalEndpoint {
  readonly port: number;
  /** As Python shows it: good for the tracking server of the configuration only. */
  readonly clientToken: string;
  readonly configuration: ConnectionConfiguration;
}

export interface EndpointDependencies {
  readonly address: LocalAddress;
  readonly sessionToken: { get(): Promise<string>; revoke(): Promise<void> };
  readonly environment: { apply(endpoint: LocalEndpoint): void; clear(): void };
  readonly log: (level: 'info' | 'warn' | 'error', line: string) => void;
}

/**
 * Listens, and then sets the variables: they name a port only while it is held. Where it cannot be, or another program
 * had it meanwhile, the session token changes, since Python may have shown it to that program.
 */
export async function openLocalEndpoint(
  configuration: ConnectionConfiguration,
  proxy: LocalProxy,
  { address, sessionToken, environment, log }: EndpointDependencies,
  signal: AbortSignal,
): Promise<LocalEndpoint> {
  const { proxyPort: configuredPort, tracking } = configuration;
  proxy.prepareFor(upstreamId(tracking));
  const wasListening = proxy.port !== undefined;
  if (!wasListening && address.port !== undefined && address.wasLeft()) await sessionToken.revoke();
  signal.throwIfAborted();
  const before = configuredPort || address.port;
  let token = await abortable(sessionToken.get(), signal);
  if (wasListening && !proxy.isAt({ configuredPort, sessionToken: token })) environment.clear();
  let port: number;
  try {
    port = await proxy.listen({ configuredPort, sessionToken: token });
    if (proxy.metStranger !== undefined || (before !== undefined && port !== before)) {
      const stranger = proxy.metStranger ?? l10n.t('another program');
      await sessionToken.revoke();
      token = await sessionToken.get();
      port = await proxy.listen({ configuredPort, sessionToken: token });
      log('warn', movedLine(before ?? port, port, stranger));
    }
  } catch (error) {
    signal.throwIfAborted();
    environment.clear();
    await sessionToken.revoke();
    throw error;
  }
  signal.throwIfAborted();
  const endpoint = { port, clientToken: clientToken(token, tracking), configuration };
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
