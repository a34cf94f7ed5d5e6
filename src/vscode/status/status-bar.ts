import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commands } from '../../settings/manifest.ts';
import { viewStatus } from './status-view.ts';
import type { StatusInput, StatusView } from './status-view.ts';

const backgrounds = {
  normal: undefined,
  warning: new vscode.ThemeColor('statusBarItem.warningBackground'),
  error: new vscode.ThemeColor('statusBarItem.errorBackground'),
} as const;

/** How often the ages in the tooltip are updated. */
const tooltipIntervalMs = 15_000;

/** The status bar item: the state in a word, the facts in its tooltip, and what can be done on a click. */
export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #input: () => Omit<StatusInput, 'now'>;
  readonly #timer: NodeJS.Timeout;

  constructor(input: () => Omit<StatusInput, 'now'>) {
    this.#input = input;
    this.#item = vscode.window.createStatusBarItem(
      'mlflowSecretsAuth.connection',
      vscode.StatusBarAlignment.Left,
      10,
    );
    this.#item.name = l10n.t('MLflow Connection');
    this.#item.command = commands.showActions;
    this.#timer = setInterval(() => this.update(), tooltipIntervalMs);
    this.#timer.unref();
  }

  show(): void {
    this.update();
    this.#item.show();
  }

  update(): void {
    const shown = viewStatus({ ...this.#input(), now: Date.now() });
    this.#item.text = `$(${shown.icon}) ${shown.text}`;
    this.#item.tooltip = tooltip(shown);
    this.#item.backgroundColor = backgrounds[shown.severity];
    this.#item.accessibilityInformation = {
      label: [shown.text, ...shown.facts.map(([label, value]) => `${label}: ${value}`)].join('. '),
      role: 'button',
    };
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#item.dispose();
  }
}

function tooltip(shown: StatusView): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(undefined, true);
  markdown.isTrusted = { enabledCommands: shown.links.map(([, command]) => command) };
  markdown.appendMarkdown(`**${shown.text}**\n\n`);
  for (const [label, value] of shown.facts) {
    markdown.appendMarkdown(`${label}: `).appendText(value).appendMarkdown('  \n');
  }
  markdown.appendMarkdown('\n');
  markdown.appendMarkdown(
    shown.links.map(([label, command]) => `[${label}](command:${command})`).join(' | '),
  );
  return markdown;
}
