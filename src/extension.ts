import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { App } from './app.ts';
import type { MlflowConnection } from './vscode/public-connection.ts';
import { watchWalkthrough } from './vscode/watch-walkthrough.ts';

let app: App | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<MlflowConnection> {
  // There is a bundle for every language but English.
  const { bundle } = vscode.l10n;
  if (bundle !== undefined) l10n.config({ contents: bundle });
  app = new App(context);
  await app.start();
  context.subscriptions.push(watchWalkthrough());
  return app.exports;
}

export async function deactivate(): Promise<void> {
  await app?.stop();
  app = undefined;
}
