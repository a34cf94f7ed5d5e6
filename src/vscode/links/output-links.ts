import type * as vscode from 'vscode';
import type { LinkedServer } from './linked-server.ts';
import { printedLinks } from './printed-links.ts';
import type { PrintedLink } from './printed-links.ts';

/** Of what a program printed in a notebook; the Jupyter extension's two kinds, and what is shown as text. */
const printed = [
  'application/vnd.code.notebook.stdout',
  'application/vnd.code.notebook.stderr',
  'text/plain',
];

/** What a cell printed last comes first. */
export function linksInOutputs(
  { outputs }: Pick<vscode.NotebookCell, 'outputs'>,
  server: LinkedServer,
): readonly PrintedLink[] {
  const items = outputs.flatMap((output) => output.items).filter(({ mime }) => printed.includes(mime));
  return items.flatMap(({ data }) => printedLinks(new TextDecoder().decode(data), server)).reverse();
}
