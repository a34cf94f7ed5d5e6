import type { Page } from 'playwright-core';
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
    const before = await this.#page.locator('.terminal-wrapper').count();
    await this.#workbench.runCommand('Terminal: Create New Terminal');
    await this.#page.waitForFunction(
      (count) => document.querySelectorAll('.terminal-wrapper').length > count,
      before,
    );
    await this.#page.waitForFunction(
      () => /[$#%>]\s*$/.test(document.querySelector('.terminal-wrapper.active .xterm-rows')?.textContent ?? ''),
    );
  }

  /** Types a line as a user does. */
  async type(line: string): Promise<void> {
    await this.#page.locator('.terminal-wrapper.active .xterm').click();
    await this.#page.keyboard.type(line);
    await this.#page.keyboard.press('Enter');
  }

  async text(): Promise<string> {
    const rows = await this.#page.locator('.terminal-wrapper.active .xterm-rows > div').allInnerTexts();
    return rows.join('\n').replaceAll('\u00a0', ' ');
  }
}
