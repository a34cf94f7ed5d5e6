import { stripVTControlCharacters } from 'node:util';
import type * as vscode from 'vscode';
import type { LinkedServer } from './linked-server.ts';
import { maxTextLength, printedLinks } from './printed-links.ts';
import type { PrintedLink } from './printed-links.ts';

const html = 'text/html';
/** Of what a program printed in a notebook; the Jupyter extension's two kinds, and what is shown as text or as a button. */
const shown = [
  'application/vnd.code.notebook.stdout',
  'application/vnd.code.notebook.stderr',
  'text/plain',
  html,
];

/** What a cell printed last comes first. */
export function linksInOutputs(
  { outputs }: Pick<vscode.NotebookCell, 'outputs'>,
  server: LinkedServer,
): readonly PrintedLink[] {
  const texts = outputs.flatMap(({ items }) => shown.map((mime) => textOf(items, mime)));
  return texts.flatMap((text) => printedLinks(text, server)).reverse();
}

/**
 * The end of it, as MLflow prints its links after all that training prints. A stream is one text in parts, with the colours of
 * a terminal, and may have a link in two of them.
 */
function textOf(items: readonly vscode.NotebookCellOutputItem[], mime: string): string {
  let [parts, length]: [readonly Uint8Array[], number] = [[], 0];
  for (const { data } of items.filter((item) => item.mime === mime).reverse()) {
    if (length >= maxTextLength) break;
    [parts, length] = [[data.subarray(-maxTextLength), ...parts], length + data.length];
  }
  const text = stripVTControlCharacters(new TextDecoder().decode(Buffer.concat(parts)).slice(-maxTextLength));
  return mime === html ? text.replaceAll('&amp;', '&') : text;
}
