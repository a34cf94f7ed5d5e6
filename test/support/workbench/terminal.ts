import type { Locator, Page } from 'playwright-core';
import type { Workbench } from './workbench.ts';

/** The integrated terminal. */
export class Terminal {
  readonly #workbench: Workbench;
  readonly #page: Page;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
    this.#page = workbench.page;
  }

  /** Opens a new terminal and waits for its prompt. */
  async open(): Promise<void> {
    const count = await this.#page.locator('.terminal-wrapper').count();
    await this.#workbench.runCommand('Terminal: Create New Terminal');
    await this.#page.locator('.terminal-wrapper').nth(count).waitFor({ state: 'attached' });
    await this.waitFor(/[$#%>]\s*$/);
  }

  /** Types a line as a user does. */
  async type(line: string): Promise<void> {
    await this.#page.locator('.terminal-wrapper.active .xterm').click();
    await this.#page.keyboard.type(line);
    await this.#page.keyboard.press('Enter');
  }

  /** Waits until the text on the screen matches; its lines are joined without a break. */
  async waitFor(pattern: RegExp, timeout = 60_000): Promise<void> {
    await this.#rows().filter({ hasText: pattern }).waitFor({ timeout });
  }

  /** Opens the link with this text that stands alone in a line, as a user does. */
  async openLink(text: string): Promise<void> {
    // In the line in which a command was typed that prints it, it does not stand alone.
    const line = this.#rows()
      .locator('> div')
      .filter({ hasText: text, hasNotText: /\S\s+\S/ })
      .last();
    const { mouse, keyboard } = this.#page;
    const linked = this.#page.locator('.terminal-wrapper.active .xterm-cursor-pointer');
    const deadline = Date.now() + 60_000;
    await keyboard.down('Control');
    try {
      // The link is looked for at the first move, and drawn at a later one; the line may move meanwhile.
      for (let step = 0; ; step = (step + 1) % 40) {
        if (Date.now() > deadline) throw new Error(`no link in ${await this.text()}`);
        const { x, y, height } = (await line.boundingBox()) ?? { x: 0, y: 0, height: 0 };
        const [left, middle] = [x + 2 * height + step, y + height / 2];
        await mouse.move(left, middle);
        await this.#page.waitForTimeout(50);
        if ((await linked.count()) === 0) continue;
        await mouse.click(left, middle);
        return;
      }
    } finally {
      await keyboard.up('Control');
    }
  }

  async text(): Promise<string> {
    const rows = await this.#rows().locator('> div').allInnerTexts();
    return rows.join('\n').replaceAll('\u00a0', ' ');
  }

  #rows(): Locator {
    return this.#page.locator('.terminal-wrapper.active .xterm-rows');
  }
}
