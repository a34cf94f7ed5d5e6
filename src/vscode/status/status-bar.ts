import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import { commands } from '../../settings/manifest.ts';
import { StatusItem } from '../sinks/status-item.ts';
import { viewStatus } from './status-view.ts';
import type { StatusInput, WorkspacePlan } from './status-view.ts';

/** How often the ages in the tooltip are updated. */
const tooltipIntervalMs = 15_000;

interface Shown extends Pick<StatusInput, 'state'> {
  readonly status: Pick<StatusInput, 'statistics' | 'lastDenial' | 'wentOn'>;
}

/** The status bar item: the state in a word, the facts in its tooltip, and what can be done on a click. */
export class StatusBar implements vscode.Disposable {
  readonly #item: StatusItem;
  readonly #input: () => Shown;
  readonly #plan: () => WorkspacePlan;
  readonly #timer: NodeJS.Timeout;

  constructor(input: () => Shown, plan: () => WorkspacePlan) {
    this.#input = input;
    this.#plan = plan;
    this.#item = new StatusItem(
      'mlflowSecretsAuth.connection',
      l10n.t('MLflow Connection'),
      commands.showActions,
    );
    this.#timer = setInterval(() => this.update(), tooltipIntervalMs);
    this.#timer.unref();
  }

  show(): void {
    this.update();
    this.#item.show();
  }

  update(): void {
    // One by one: they are getters of the connection, which spreading leaves out.
    const { state, status } = this.#input();
    const { statistics, lastDenial, wentOn } = status;
    const now = Date.now();
    this.#item.update(viewStatus({ state, statistics, lastDenial, wentOn, plan: this.#plan(), now }));
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#item.dispose();
  }
}
