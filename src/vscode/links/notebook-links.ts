import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commands } from '../../settings/manifest.ts';
import { itemBelowCells } from '../sinks/cell-items.ts';
import type { LinksHost } from './linked-server.ts';
import { openInMlflow } from './link-labels.ts';
import { linksInOutputs } from './output-links.ts';

const notebookTypes = ['jupyter-notebook', 'interactive'];

/**
 * Links that MLflow prints in a notebook's output, below the cell, where they open as "Open MLflow" does. The editor opens the
 * ones in the output by itself, and asks no extension: a browser that was not let in before is only sent on to the tracking server.
 */
export class NotebookLinks implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #items: vscode.Disposable;

  constructor({ linkedServer }: LinksHost) {
    const item = {
      text: openInMlflow(),
      tooltip: l10n.t('Open at the tracking server'),
      command: commands.openMlflow,
    };
    const find = (cell: vscode.NotebookCell): string | undefined => {
      const server = linkedServer();
      const links = server === undefined ? [] : linksInOutputs(cell, server);
      // Below a run, MLflow prints its experiment.
      return (links.find(({ page }) => page.includes('/runs/')) ?? links[0])?.page;
    };
    this.#items = itemBelowCells(notebookTypes, item, find, this.#changed.event);
  }

  /** Links are of one server and one port. */
  stateChanged(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#items.dispose();
    this.#changed.dispose();
  }
}
