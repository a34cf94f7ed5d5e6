import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { browserTicket } from '../../connection/browser-ticket.ts';
import type { EnvironmentChange } from '../../python/environment.ts';
import { openInBrowser } from '../sinks/browser.ts';
import { showMessage } from '../sinks/messages.ts';
import { actions } from '../status/actions.ts';
import { commandButton } from '../status/problem-message.ts';
import type { BrowserWays } from './browser-ways.ts';
import { browserHostOf } from './browser-host.ts';
import type { LinkedServer, LinksHost } from './linked-server.ts';
import { isPage } from './printed-links.ts';

export interface OpenMlflowHost extends LinksHost {
  /** What Python in this window finds; `undefined` where nothing is connected. */
  readonly variables: () => readonly EnvironmentChange[] | undefined;
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
  const { origin, basePath } = server.tracking;
  // Anything that runs commands may have given it.
  const fragment = typeof page === 'string' && isPage(page) ? page : '';
  const signedIn = (await ways.of(server.tracking)) === 'proxy' ? await atProxy(host, server) : undefined;
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
