import * as vscode from 'vscode';
import { credentialCheck } from '../connection/check-credential.ts';
import type { HealthDependencies } from '../connection/dependencies.ts';
import type { Attention } from '../connection/health.ts';
import { readValues } from '../settings/setting-values.ts';
import { readFoundValues } from './settings.ts';

/** A window can have the focus all night. */
const presentForMs = 10 * 60_000;

/** Somebody is there while the window has the focus and was used within the last minutes. */
export class WindowAttention implements Attention, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listener: vscode.Disposable;
  /** Wall-clock milliseconds. */
  #usedAt = Date.now();

  /** `looked`: somebody looks at the window, perhaps again. */
  constructor(looked: () => void) {
    this.#listener = vscode.window.onDidChangeWindowState(({ focused }) => {
      this.#usedAt = Date.now();
      this.#changed.fire();
      if (focused) looked();
    });
  }

  isThere(): boolean {
    const { focused, active } = vscode.window.state;
    return focused && (active || Date.now() - this.#usedAt < presentForMs);
  }

  onChange(listener: () => void): () => void {
    const registered = this.#changed.event(listener);
    return () => {
      registered.dispose();
    };
  }

  dispose(): void {
    this.#listener.dispose();
    this.#changed.dispose();
  }
}

/** How the tracking server is watched from this window. */
export function windowHealth(attention: Attention): HealthDependencies {
  return {
    attention,
    random: Math.random,
    openCheck: credentialCheck,
    intervalMs: () => readValues([readFoundValues()]).get('health.intervalSeconds') * 1000,
  };
}
