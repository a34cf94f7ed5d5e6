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

  async text(): Promise<string> {
    const rows = await this.#rows().locator('> div').allInnerTexts();
    return rows.join('\n').replaceAll('\u00a0', ' ');
  }

  #rows(): Locator {
    return this.#page.locator('.terminal-wrapper.active .xterm-rows');
  }
}
