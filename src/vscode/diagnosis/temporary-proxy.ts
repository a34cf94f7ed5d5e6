import { randomBytes } from 'node:crypto';
import type { TrackingServer } from '../../configuration/configuration.ts';
import { LocalAddress } from '../../connection/local-address.ts';
import { silentEvents } from '../../connection/local-proxy-events.ts';
import { LocalProxy } from '../../connection/local-proxy.ts';
import type { StartProxyWorker } from '../../connection/local-proxy.ts';
import type { CredentialState, Upstream } from '../../proxy/messages.ts';

export interface ServerCheckDependencies {
  readonly startProxyWorker: StartProxyWorker;
  readonly upstreamFor: (tracking: TrackingServer) => Promise<Upstream>;
}

export interface TemporaryProxy {
  readonly port: number;
  readonly token: string;
}

/** Sent with each request where a credential would be; it is none. */
interface Header {
  readonly name: string;
  readonly value: string;
}

/**
 * Has requests go to a tracking server through a proxy worker of their own, with the certificates and the HTTP proxy that
 * later requests use. No credential is sent.
 */
export async function throughTemporaryProxy<T>(
  server: TrackingServer,
  { startProxyWorker, upstreamFor }: ServerCheckDependencies,
  { header }: { readonly header?: Header },
  ask: (proxy: TemporaryProxy) => Promise<T>,
): Promise<T> {
  const proxy = temporaryProxy(startProxyWorker, () => {
    // There is no other than was rejected.
    if (header !== undefined) proxy.setCredential(asCredential(header));
  });
  try {
    const sessionToken = randomBytes(32).toString('base64url');
    const { port } = await proxy.listen({ configuredPort: 0, sessionToken });
    const upstream = await upstreamFor(server);
    proxy.setUpstream(upstream);
    if (header !== undefined) proxy.setCredential(asCredential(header));
    return await ask({ port, token: `${sessionToken}.${upstream.id}` });
  } finally {
    await proxy.close();
  }
}

function asCredential({ name, value }: Header): CredentialState {
  const soon = Date.now() + 600_000;
  const times = { version: 1, refreshAt: soon, expiresAt: soon };
  return { kind: 'ready', headerName: name, headerValue: value, ...times };
}

/** One that remembers nothing and reports to nobody. */
function temporaryProxy(startProxyWorker: StartProxyWorker, onCredentialNeeded: () => void): LocalProxy {
  const memory = { get: () => undefined, update: async () => Promise.resolve() };
  const events = { ...silentEvents, onCredentialNeeded };
  return new LocalProxy(startProxyWorker, new LocalAddress(memory), events, { attempts: 1, intervalMs: 0 });
}
