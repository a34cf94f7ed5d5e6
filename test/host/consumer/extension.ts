import * as vscode from 'vscode';
import type { MlflowConnection } from '../../../src/vscode/public-connection.ts';

/** What was seen, oldest first, as the suite reads it. */
export interface Consumer {
  readonly seen: readonly string[];
}

export async function activate(context: vscode.ExtensionContext): Promise<Consumer> {
  const seen: string[] = [];
  const id = 'mlflow-secrets-auth.mlflow-secrets-auth';
  const connection = await vscode.extensions.getExtension<MlflowConnection>(id)?.activate();
  if (connection === undefined) return { seen };

  const show = (): unknown => seen.push(`${connection.state} ${connection.trackingUri ?? ''}`.trim());
  context.subscriptions.push(connection.onDidChangeState(show));
  show();
  return { seen };
}
