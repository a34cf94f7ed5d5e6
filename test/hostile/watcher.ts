import { section } from '../../src/settings/manifest.ts';
import { labels } from '../../src/vscode/labels.ts';
import { foreignMarkup, hoverOver, previewMarkup } from './seen.ts';
import type { Stage } from './stage.ts';
import type { HostileWindow } from './window.ts';

type Place = ReturnType<Stage['workbench']['dialog']>;

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

  /** Runs *MLflow: Connect* and looks at whatever it shows first. */
  async seeConnecting(window: HostileWindow, what: string): Promise<void> {
    const dialog = this.#page.locator('.monaco-dialog-box:visible');
    const input = this.#page.locator('.quick-input-widget:visible');
    const question = input.filter({ hasText: labels.wizardTitle() });
    const connecting = window.run(`${section}.connect`);
    await dialog.or(question).or(this.toast()).first().waitFor();
    for (const place of [dialog, question, this.toast()]) {
      if (await place.isVisible()) await this.see(what, place);
    }
    while ((await dialog.isVisible()) || (await question.isVisible()))
      await this.#page.keyboard.press('Escape');
    await connecting;
    await window.run('notifications.clearAll');
  }

  get #page(): Stage['workbench']['page'] {
    return this.#stage.workbench.page;
  }
}
