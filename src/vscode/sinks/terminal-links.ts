import * as vscode from 'vscode';
import { inertLabel } from '../../inert.ts';
import { openInBrowser } from './browser.ts';

const maxTooltipLength = 100;

interface FoundLink {
  readonly start: number;
  readonly length: number;
  readonly address: string;
}

class AddressLink extends vscode.TerminalLink {
  readonly address: string;

  constructor({ start, length, address }: FoundLink, tooltip: string) {
    super(start, length, tooltip);
    this.address = address;
  }
}

/**
 * Makes links of what stands in a line of a terminal, before the editor's own are looked for. The editor shows the tooltip as
 * Markdown, so it is a sentence of ours.
 */
export function linkInTerminals(
  tooltip: string,
  find: (line: string) => readonly FoundLink[],
): vscode.Disposable {
  const sentence = inertLabel(tooltip, maxTooltipLength);
  const provider: vscode.TerminalLinkProvider<AddressLink> = {
    provideTerminalLinks: ({ line }) => find(line).map((link) => new AddressLink(link, sentence)),
    handleTerminalLink: async ({ address }) => {
      await openInBrowser(address);
    },
  };
  return vscode.window.registerTerminalLinkProvider(provider);
}
