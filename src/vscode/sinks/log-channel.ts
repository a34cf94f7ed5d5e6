import * as vscode from 'vscode';
import { inertLine } from '../../inert.ts';

const maxLineLength = 2000;

export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** A log whose every call is one line: whoever's words are in it, none begins a line with a time and a level of its own. */
export class LogChannel implements Log, vscode.Disposable {
  readonly #channel: vscode.LogOutputChannel;

  constructor(name: string) {
    this.#channel = vscode.window.createOutputChannel(name, { log: true });
  }

  info(line: string): void {
    this.#channel.info(inertLine(line, maxLineLength));
  }

  warn(line: string): void {
    this.#channel.warn(inertLine(line, maxLineLength));
  }

  error(line: string): void {
    this.#channel.error(inertLine(line, maxLineLength));
  }

  show(): void {
    this.#channel.show();
  }

  dispose(): void {
    this.#channel.dispose();
  }
}
