import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { parseTrackingUri } from '../../configuration/tracking-uri.ts';
import { LocalAddress } from '../../connection/local-address.ts';
import { LocalProxy } from '../../connection/local-proxy.ts';
import type { StartProxyWorker } from '../../connection/local-proxy.ts';
import type { TrackingServer } from '../../configuration/configuration.ts';
import type { Upstream } from '../../proxy/messages.ts';
import { probeLocalProxy, ownMessage } from './probe-local-proxy.ts';
import type { LocalAnswer } from './probe-local-proxy.ts';
import type { ServerCheck } from '../connect/wizard.ts';

const { l10n } = vscode;

/**
 * Asks an address for MLflow's `/version`, through a proxy worker of its own: the same way, with the same
 * certificates and HTTP proxy, that requests will take. No credential is sent.
 */
export async function checkTrackingServer(
  uri: string,
  startWorker: StartProxyWorker,
  upstreamFor: (tracking: TrackingServer) => Promise<Upstream>,
): Promise<ServerCheck> {
  const parsed = parseTrackingUri(uri);
  if (parsed.kind === 'invalid') return parsed;
  const { server, warning } = parsed;
  const ignore = (): void => undefined;
  const nowhere = { get: ignore, update: async () => Promise.resolve() };
  const events = {
    onCredentialNeeded: ignore,
    onStatistics: ignore,
    onDenied: ignore,
    onUpstream: ignore,
    onLost: ignore,
  };
  const portRetry = { attempts: 1, intervalMs: 0 };
  const proxy = new LocalProxy(startWorker, new LocalAddress(nowhere), events, portRetry);
  try {
    const sessionToken = randomBytes(32).toString('base64url');
    const port = await proxy.listen({ configuredPort: 0, sessionToken });
    proxy.setUpstream(await upstreamFor(server));
    const answer = await probeLocalProxy(port, `${server.basePath}/version`, sessionToken);
    return judge(answer, server, warning);
  } finally {
    await proxy.close();
  }
}

function judge(
  { status, text }: LocalAnswer,
  { origin }: TrackingServer,
  warning: string | undefined,
): ServerCheck {
  if (status === 200 && /^\d+\.\d+/.test(text.trim())) {
    return { kind: 'found', name: `MLflow ${text.trim()}`, warning };
  }
  const message = ownMessage(text);
  if (message !== undefined) return { kind: 'doubtful', message };
  if (status === 401 || status === 403) {
    return { kind: 'found', name: l10n.t('A server that asks for sign-in'), warning };
  }
  return {
    kind: 'doubtful',
    message: l10n.t('{0} answers, but not as MLflow does (status {1}).', origin, status),
  };
}
