import type { ExtensionContext } from 'vscode';
import { App } from './app.ts';

let app: App | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  app = new App(context);
  await app.start();
}

export async function deactivate(): Promise<void> {
  await app?.stop();
  app = undefined;
}
