import * as vscode from 'vscode';
import { inertLabel, inertLine, inertMarkdown } from '../../inert.ts';
import type { CommandId } from '../../settings/manifest.ts';

const maxTextLength = 60;
const maxFactLength = 500;

export interface StatusItemContent {
  /** Of ours: of those that the editor has. */
  readonly icon: string;
  readonly text: string;
  readonly severity: 'normal' | 'warning' | 'error';
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly links: readonly (readonly [label: string, command: CommandId])[];
}

const backgrounds = {
  normal: undefined,
  warning: new vscode.ThemeColor('statusBarItem.warningBackground'),
  error: new vscode.ThemeColor('statusBarItem.errorBackground'),
} as const;

/** An entry of the status bar. Only `links` are links, and each runs only its command. */
export class StatusItem implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;

  constructor(id: string, name: string, command: CommandId) {
    this.#item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, 10);
    this.#item.name = inertLabel(name, maxTextLength);
    this.#item.command = command;
  }

  show(): void {
    this.#item.show();
  }

  update(content: StatusItemContent): void {
    const text = inertLabel(content.text, maxTextLength);
    this.#item.text = `$(${content.icon}) ${text}`;
    this.#item.tooltip = tooltip(content);
    this.#item.backgroundColor = backgrounds[content.severity];
    const facts = content.facts.map(([label, value]) => `${label}: ${inertLine(value, maxFactLength)}`);
    const sentences = [text, ...facts].map((line) => line.replace(/\.$/, ''));
    this.#item.accessibilityInformation = { label: sentences.join('. '), role: 'button' };
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function tooltip({ text, facts, links }: StatusItemContent): vscode.MarkdownString {
  const plain = (words: string): string => inertMarkdown(words, maxFactLength);
  const lines = facts.map(([label, value]) => `${plain(label)}: ${plain(value)}  \n`);
  const buttons = links.map(([label, command]) => `[${plain(label)}](command:${command})`);
  const markdown = new vscode.MarkdownString(
    `**${plain(text)}**\n\n${lines.join('')}\n${buttons.join(' | ')}`,
  );
  markdown.isTrusted = { enabledCommands: links.map(([, command]) => command) };
  return markdown;
}
