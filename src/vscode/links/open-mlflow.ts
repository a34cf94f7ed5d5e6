import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ConnectionState } from '../../connection/state.ts';
import { browserTicket } from '../../connection/browser-ticket.ts';
import { atMost } from '../../deadline.ts';
import type { EnvironmentChange } from '../../python/environment.ts';
import { openInBrowser } from '../sinks/browser.ts';
import { showMessage, withQuietProgress } from '../sinks/messages.ts';
import { actions } from '../status/actions.ts';
import { commandButton } from '../status/problem-message.ts';
import type { BrowserWays } from './browser-ways.ts';
import { browserHostOf } from './browser-host.ts';
import type { LinkedServer, LinksHost } from './linked-server.ts';
import { isPage } from './printed-links.ts';

export interface OpenMlflowHost extends LinksHost {
  /** What Python in this window finds; `undefined` where nothing is connected. */
  readonly variables: () => readonly EnvironmentChange[] | undefined;
  readonly connection: () => { readonly state: ConnectionState };
  /** Asks the tracking server again; the state says what it said. */
  readonly askWhetherAccepted: () => Promise<void>;
  /** As long as somebody waits for a page without wondering. */
  readonly responseMs?: number;
}

/**
 * *MLflow: Open MLflow*, and links that MLflow prints: at the tracking server itself where a browser can sign in there, else
 * signed in through the local proxy. `page`: of the UI, as a fragment; the first page without one.
 */
export async function openMlflow(host: OpenMlflowHost, ways: BrowserWays, page?: unknown): Promise<void> {
  const server = host.linkedServer();
  if (server === undefined) {
    void showMessage(
      'warning',
      [l10n.t('MLflow is disconnected.'), l10n.t('Run "MLflow: Connect" first.')],
      [commandButton(actions.connect())],
    );
    return;
  }
  const address = server.tracking.origin + server.tracking.basePath;
  const why = await whyAway(host, address);
  if (why !== undefined) {
    void showMessage(
      'warning',
      [why, l10n.t('A browser would show an empty page.')],
      [
        { label: l10n.t('Try Again'), run: async () => openMlflow(host, ways, page) },
        { label: l10n.t('Open Anyway'), run: async () => open(host, ways, server, page) },
      ],
    );
    return;
  }
  await open(host, ways, server, page);
}

/**
 * What is wrong with the tracking server, where it does not respond. The state may be older than its end or its return; of one
 * that is slow, it is not known.
 */
async function whyAway(
  { connection, askWhetherAccepted, responseMs = 2000 }: OpenMlflowHost,
  address: string,
): Promise<string | undefined> {
  const work = async (): Promise<unknown> => atMost(askWhetherAccepted(), responseMs);
  await withQuietProgress(l10n.t('Asking {0}', address), work);
  const { state } = connection();
  return state.kind === 'unavailable' ? state.problem.message : undefined;
}

async function open(
  host: OpenMlflowHost,
  ways: BrowserWays,
  server: LinkedServer,
  page: unknown,
): Promise<void> {
  // Anything that runs commands may have given it.
  const fragment = typeof page === 'string' && isPage(page) ? page : '';
  const signedIn = (await ways.of(server.tracking)) === 'proxy' ? await atProxy(host, server) : undefined;
  const { origin, basePath } = server.tracking;
  await openInBrowser((signedIn ?? `${origin}${basePath}/`) + fragment);
}

/** With a ticket; `undefined` where a browser cannot get there. */
async function atProxy({ variables }: OpenMlflowHost, { port }: LinkedServer): Promise<string | undefined> {
  const local = `http://127.0.0.1:${port}`;
  // A remote window forwards the port, perhaps to another one. The editor does so again when it opens the address.
  const external = await externalUri(vscode.Uri.parse(`${local}/`, true));
  const { uiKind, remoteName } = vscode.env;
  const browserHost =
    external && browserHostOf(external, { isWeb: uiKind === vscode.UIKind.Web, remoteName });
  const token = variables()?.find(({ name }) => name === 'MLFLOW_TRACKING_TOKEN')?.value;
  if (browserHost === undefined || token === undefined) return undefined;
  const ticket = await browserTicket(port, token, browserHost);
  return ticket === undefined ? undefined : `${local}/.mlflow-secrets-auth/open?ticket=${ticket}`;
}

async function externalUri(uri: vscode.Uri): Promise<vscode.Uri | undefined> {
  try {
    return await vscode.env.asExternalUri(uri);
  } catch {
    // The port cannot be forwarded, so the browser is sent to the tracking server.
    return undefined;
  }
}
