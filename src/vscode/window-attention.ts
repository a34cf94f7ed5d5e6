import * as vscode from 'vscode';
import type { HealthDependencies } from '../connection/dependencies.ts';
import type { Attention, HealthOptions } from '../connection/health.ts';
import { Presence } from '../connection/presence.ts';
import { readValues } from '../settings/setting-values.ts';
import { readFoundValues } from './settings.ts';

/** Whether somebody is at this window. */
export class WindowAttention extends Presence implements vscode.Disposable {
  readonly #listeners: readonly vscode.Disposable[];

  /** `looked`: somebody looks at the window, perhaps again. */
  constructor(looked: () => void) {
    super(vscode.window.state, Date.now, looked);
    this.#listeners = [
      vscode.window.onDidChangeWindowState((state) => this.changed(state)),
      vscode.window.onDidChangeTextEditorSelection(({ kind }) => {
        // What extensions select has another kind, or none.
        const { Keyboard, Mouse } = vscode.TextEditorSelectionChangeKind;
        if (kind === Keyboard || kind === Mouse) this.used();
      }),
    ];
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
  }
}

/** How the tracking server is watched from this window. */
export function windowHealth(attention: Attention): HealthDependencies {
  return {
    attention,
    random: Math.random,
    openCheck: (configuration, access) => {
      let check: Promise<HealthOptions['check']> | undefined;
      const load = async (): Promise<HealthOptions['check']> =>
        (await import('../connection/on-connect.ts')).credentialCheck(configuration, access);
      return async (signal) => (await (check ??= load()))(signal);
    },
    intervalMs: () => readValues([readFoundValues()]).get('health.intervalSeconds') * 1000,
  };
}
