import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { parseTrackingUri } from '../connection/tracking-uri.ts';
import { LocalAddress } from '../connection/life/local-address.ts';
import { LocalProxy } from '../connection/life/local-proxy.ts';
import type { StartProxyWorker } from '../connection/life/local-proxy.ts';
import type { TrackingServer } from '../connection/configuration.ts';
import type { Upstream } from '../proxy/messages.ts';
import { askLocalProxy, ownMessage } from './local-proxy-question.ts';
import type { LocalAnswer } from './local-proxy-question.ts';
import type { ServerCheck } from './wizard.ts';

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
    onWanted: ignore,
    onStatistics: ignore,
    onRefused: ignore,
    onUpstream: ignore,
    onLost: ignore,
  };
  const patience = { attempts: 1, milliseconds: 0 };
  const proxy = new LocalProxy(startWorker, new LocalAddress(nowhere), events, patience);
  try {
    const sessionToken = randomBytes(32).toString('base64url');
    const port = await proxy.listen({ configuredPort: 0, sessionToken });
    proxy.setUpstream(await upstreamFor(server));
    const answer = await askLocalProxy(port, `${server.basePath}/version`, sessionToken);
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
