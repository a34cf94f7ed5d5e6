import { setTimeout as sleep } from 'node:timers/promises';
import { section } from '../../src/settings/manifest.ts';
import { labels } from '../../src/vscode/labels.ts';
import { foreignMarkup, hoverOver, previewMarkup } from './seen.ts';
import type { Stage } from './stage.ts';
import type { HostileWindow } from './window.ts';

type Place = ReturnType<Stage['workbench']['dialog']>;

/** For one run of *MLflow: Connect*, on a machine that is busy. */
const maxConnectingMs = 60_000;
const lookIntervalMs = 50;

/** Looks at whatever a window shows, clicks every link in it, and takes down what is there beside words. */
export class Watcher {
  readonly #stage: Stage;
  #found: string[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** What was found since the last call. */
  take(): readonly string[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  toast(): Place {
    return this.#page.locator('.notification-toast').last();
  }

  async see(what: string, place: Place, options?: { readonly isTooltip: boolean }): Promise<void> {
    this.#found.push(...(await foreignMarkup(place, options)).map((one) => `${what}: ${one}`));
  }

  async seeTooltip(what: string): Promise<void> {
    const hover = this.#page.locator('.monaco-hover:visible').last();
    await hoverOver(this.#page, this.#stage.workbench.statusBarItem('MLflow:'), hover);
    await this.see(`tooltip, ${what}`, hover, { isTooltip: true });
    await this.#page.mouse.move(400, 300);
  }

  async seeDiagnosis(window: HostileWindow, what: string): Promise<void> {
    await window.run(`${section}.diagnose`);
    const found = await previewMarkup(this.#stage.workbench);
    this.#found.push(...found.map((one) => `diagnosis, ${what}: ${one}`));
    await window.run('workbench.action.closeAllEditors');
  }

  /**
   * Runs *MLflow: Connect* and looks at what it shows, which nobody answers. A message may come before the question, and
   * the question without the focus.
   */
  async seeConnecting(window: HostileWindow, what: string): Promise<void> {
    const dialog = this.#page.locator('.monaco-dialog-box:visible');
    const input = this.#page.locator('.quick-input-widget:visible');
    const question = input.filter({ hasText: labels.wizardTitle() });
    const state = { isOver: false };
    const connecting = window.run(`${section}.connect`).finally(() => (state.isOver = true));
    const seen = new Set<Place>();
    const until = Date.now() + maxConnectingMs;
    for (;;) {
      const isOver = state.isOver;
      const asked = (await dialog.isVisible()) ? dialog : question;
      if (await asked.isVisible()) {
        if (!seen.has(asked)) await this.see(what, asked);
        seen.add(asked);
        await this.#page.keyboard.press('Escape');
      } else if (isOver) {
        break;
      }
      if (Date.now() > until) throw new Error(`${what}: connecting does not end; ${await this.#onScreen()}`);
      await Promise.race([connecting, sleep(lookIntervalMs)]);
    }
    await connecting;
    if (seen.size === 0) await this.toast().waitFor();
    if (await this.toast().isVisible()) await this.see(what, this.toast());
    await window.run('notifications.clearAll');
  }

  /** Of a question that stays. */
  async #onScreen(): Promise<string> {
    const places = this.#page.locator('.monaco-dialog-box, .quick-input-widget, .notification-toast');
    const focused = await this.#page
      .locator('*:focus')
      .evaluateAll((elements: readonly { readonly className: string }[]) =>
        elements.map((one) => one.className),
      );
    return JSON.stringify({ shown: await places.allInnerTexts(), focused });
  }

  get #page(): Stage['workbench']['page'] {
    return this.#stage.workbench.page;
  }
}
