import type { FrameLocator, Page } from 'playwright-core';
import type { Workbench } from './workbench.ts';

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
    await this.#page.locator('.notebook-editor .cell-list-container .monaco-list-row').first().waitFor();
  }

  async runAll(): Promise<void> {
    await this.#workbench.runCommand('Notebook: Run All');
  }

  /** Waits until the cells print this text; rejects with what they show when one fails before. */
  async waitForOutput(text: string, timeout: number): Promise<void> {
    const failed = this.#page.locator('.notebook-editor .codicon-notebook-state-error').first();
    const printed = this.#outputs().getByText(text).first();
    const result = await Promise.race([
      printed.waitFor({ timeout }).then(() => 'printed' as const),
      failed.waitFor({ timeout }).then(() => 'failed' as const),
    ]);
    if (result === 'failed') {
      throw new Error(`A cell failed:\n${await this.#outputs().locator('body').innerText()}`);
    }
  }

  #outputs(): FrameLocator {
    return this.#page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
  }
}
