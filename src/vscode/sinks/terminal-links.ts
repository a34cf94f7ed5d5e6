import * as vscode from 'vscode';
import { inertLabel } from '../../inert.ts';

const maxTooltipLength = 100;

interface FoundLink {
  readonly start: number;
  readonly length: number;
  /** Of MLflow's UI. */
  readonly page: string;
}

class PageLink extends vscode.TerminalLink {
  readonly page: string;

  constructor({ start, length, page }: FoundLink, tooltip: string) {
    super(start, length, tooltip);
    this.page = page;
  }
}

/**
 * Makes links of what stands in a line of a terminal, before the editor's own are looked for. The editor shows the tooltip as
 * Markdown, so it is a sentence of ours.
 */
export function linkInTerminals(
  tooltip: string,
  find: (line: string) => readonly FoundLink[],
  open: (page: string) => Promise<void>,
): vscode.Disposable {
  const sentence = inertLabel(tooltip, maxTooltipLength);
  const provider: vscode.TerminalLinkProvider<PageLink> = {
    provideTerminalLinks: ({ line }) => find(line).map((link) => new PageLink(link, sentence)),
    handleTerminalLink: async ({ page }) => open(page),
  };
  return vscode.window.registerTerminalLinkProvider(provider);
}
