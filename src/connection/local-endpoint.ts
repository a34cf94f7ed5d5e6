import * as l10n from '@vscode/l10n';
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
 * Sets the variables and then listens, because a kernel that starts meanwhile must find the address. Where the port was
 * lost to another program, the address moves and the session token changes.
 */
export async function openLocalEndpoint(
  configuration: ConnectionConfiguration,
  proxy: LocalProxy,
  { address, sessionToken, environment, log }: EndpointDependencies,
): Promise<void> {
  const { proxyPort: configuredPort, tracking } = configuration;
  proxy.prepareFor(upstreamId(tracking));
  const before = configuredPort || address.port;
  let token = await sessionToken.get();
  if (before !== undefined)
    environment.apply({ port: before, clientToken: clientToken(token, tracking), configuration });
  let port = await proxy.listen({ configuredPort, sessionToken: token });
  if (before !== undefined && port !== before) {
    // Python may have shown its token to whatever listens at the old port.
    await sessionToken.revoke();
    token = await sessionToken.get();
    port = await proxy.listen({ configuredPort, sessionToken: token });
    log(
      'warn',
      l10n.t(
        'Port {0} is in use, so the local proxy moved to port {1}. Restart running kernels and terminals.',
        before,
        port,
      ),
    );
  }
  environment.apply({ port, clientToken: clientToken(token, tracking), configuration });
}
