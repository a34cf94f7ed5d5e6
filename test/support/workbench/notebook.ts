import type { FrameLocator, Page } from 'playwright-core';
import type { Workbench } from './workbench.ts';

/** The notebook editor with the stand-in kernel. */
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

  /** What the cells printed and drew. */
  outputs(): FrameLocator {
    return this.#page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
  }

  async waitForOutput(text: string, timeout: number): Promise<void> {
    await this.outputs().getByText(text).first().waitFor({ timeout });
  }
}
