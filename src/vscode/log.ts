import * as vscode from 'vscode';

export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** The log that *Show MLflow Connection* opens. Lines never hold a secret: a `Secret` prints as "[secret]". */
export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('MLflow Secrets Auth', { log: true });
}
