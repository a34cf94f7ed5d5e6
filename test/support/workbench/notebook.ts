import type { FrameLocator, Locator, Page } from 'playwright-core';
import type { Workbench } from './workbench.ts';

/** Whether it can be seen, or will be within a moment. */
async function isVisible(locator: Locator): Promise<boolean> {
  return locator
    .first()
    .waitFor({ timeout: 1000 })
    .then(
      () => true,
      () => false,
    );
}

/** For scrolling to what is there. */
const scrollTimeoutMs = 30_000;

/** Whether nothing of it is cut off above or below. */
async function isWhollyWithin(inner: Locator, outer: Locator): Promise<boolean> {
  // Outputs are drawn when they come into view.
  if ((await inner.count()) === 0) return false;
  const [one, other] = await Promise.all([inner.boundingBox(), outer.boundingBox()]);
  return one !== null && other !== null && one.y >= other.y && one.y + one.height <= other.y + other.height;
}

/** The notebook editor. */
export class Notebook {
  readonly #workbench: Workbench;
  readonly #page: Page;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
    this.#page = workbench.page;
  }

  async open(name: string): Promise<void> {
    await this.#workbench.openFile(name);
    await this.#page.locator('.notebook-editor .code-cell-row').first().waitFor();
  }

  async runAll(): Promise<void> {
    await this.#workbench.runCommand('Notebook: Run All');
  }

  /**
   * Waits until the last cells print this text, which is drawn only where it is scrolled to; rejects with what the
   * cells show when one fails before.
   */
  async waitForOutput(text: string, timeout: number): Promise<void> {
    const deadline = Date.now() + timeout;
    const failed = this.#page.locator('.notebook-editor .codicon-notebook-state-error').first();
    const printed = this.#outputs().getByText(text).first();
    for (;;) {
      await this.#scrollToEnd();
      if (await isVisible(printed)) break;
      if (await failed.isVisible()) break;
      if (Date.now() > deadline) throw new Error(`The notebook did not print "${text}".`);
    }
    if (await failed.isVisible()) {
      throw new Error(`A cell failed:\n${await this.#outputs().locator('body').innerText()}`);
    }
  }

  /** Scrolls up until the last plot can be seen. */
  async showPlot(): Promise<void> {
    const plot = this.#outputs().locator('img').last();
    const cells = this.#page.locator('.notebook-editor .cell-list-container').first();
    await cells.hover();
    const deadline = Date.now() + scrollTimeoutMs;
    while (!(await isWhollyWithin(plot, cells))) {
      if (Date.now() > deadline) throw new Error('The plot did not come into view.');
      await this.#page.mouse.wheel(0, -100);
      await this.#page.evaluate('new Promise(requestAnimationFrame)');
    }
  }

  async #scrollToEnd(): Promise<void> {
    await this.#page.locator('.notebook-editor .cell-list-container').first().hover();
    await this.#page.mouse.wheel(0, 10_000);
  }

  #outputs(): FrameLocator {
    return this.#workbench.preview();
  }
}
