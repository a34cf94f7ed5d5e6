import * as l10n from '@vscode/l10n';
import { openInBrowser } from '../sinks/browser.ts';
import { showMessage } from '../sinks/messages.ts';
import { actions } from '../status/actions.ts';
import { commandButton } from '../status/problem-message.ts';
import type { LinksHost } from './linked-server.ts';

/** *MLflow: Open MLflow*: at the tracking server itself, where the person signs in as in any browser. */
export async function openMlflow({ linkedServer }: LinksHost): Promise<void> {
  const server = linkedServer();
  if (server !== undefined) await openInBrowser(`${server.tracking.origin}${server.tracking.basePath}/`);
  else {
    void showMessage(
      'warning',
      [l10n.t('MLflow is not connected.'), l10n.t('Run "MLflow: Connect" first.')],
      [commandButton(actions.connect())],
    );
  }
}
