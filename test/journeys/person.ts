import { minReadingMs } from '../../src/vscode/sinks/reading-time.ts';
import type { Locator, Page } from 'playwright-core';
import { Workbench } from '../support/workbench/workbench.ts';

/** What it took a person. */
export interface Cost {
  /** Lists and texts that were answered. */
  readonly questions: number;
  readonly approvals: number;
  readonly keys: number;
  /** Of those, what was entered as text of the person's own. */
  readonly typed: number;
}

const none: Cost = { questions: 0, approvals: 0, keys: 0, typed: 0 };

/** A machine that is busy otherwise takes minutes for a window. */
const windowTimeoutMs = 180_000;

/** Somebody at the keyboard of a window, who counts each key; the mouse is not touched. */
export class Person {
  readonly #workbench: Workbench;
  readonly #page: Page;
  #cost: Cost = none;
  #begunAt = 0;

  constructor(page: Page) {
    this.#workbench = new Workbench(page);
    this.#page = page;
  }

  /** From here on. */
  begin(): void {
    this.#cost = none;
    this.#begunAt = performance.now();
  }

  cost(): Cost & { readonly seconds: number } {
    return { ...this.#cost, seconds: Math.round((performance.now() - this.#begunAt) / 100) / 10 };
  }

  /** By its title, from the palette. */
  async run(title: string): Promise<void> {
    await this.#press('F1');
    const box = await this.#workbench.waitForInput('');
    await box.locator('input[type=text]').waitFor();
    await this.#page.keyboard.type(title);
    this.#count({ keys: title.length });
    await this.#goTo(box, title);
    await this.#press('Enter');
  }

  /** Takes what is offered; resolves to it, where it is a text. */
  async accept(shown: string): Promise<void> {
    await this.#ready(shown);
    this.#count({ questions: 1 });
    await this.#press('Enter');
  }

  /** Goes down to a row, and takes it. */
  async choose(shown: string, label: string): Promise<void> {
    const box = await this.#ready(shown);
    await this.#goTo(box, label);
    this.#count({ questions: 1 });
    await this.#press('Enter');
  }

  async enter(shown: string, text: string): Promise<void> {
    const box = await this.#ready(shown);
    // By this name a screen reader knows the field.
    await box.locator(`input[aria-label*=${JSON.stringify(shown)}]`).waitFor();
    await this.#page.keyboard.type(text);
    this.#count({ questions: 1, keys: text.length, typed: text.length });
    await this.#press('Enter');
  }

  /** In place of what is filled in. */
  async replace(shown: string, text: string): Promise<void> {
    await this.#ready(shown);
    await this.#press('Control+A');
    await this.enter(shown, text);
  }

  /** The button that has the focus, which nobody presses unread. */
  async approve(title: string, button: string): Promise<void> {
    await this.#pressButton(title, button);
    this.#count({ approvals: 1 });
  }

  /** A button of a dialog that asks for approval, which leads on to other questions. */
  async decline(title: string, button: string): Promise<void> {
    await this.#pressButton(title, button);
    this.#count({ questions: 1 });
  }

  /** The labels of the list that is shown, which is closed then. */
  async lookAtRows(shown: string): Promise<readonly string[]> {
    const box = await this.#ready(shown);
    await box.locator('.monaco-list-row.focused').waitFor();
    const rows = await box.locator('.monaco-list-row').all();
    // What comes after it in a row is its second line.
    const labels = await Promise.all(rows.map(async (row) => row.locator('.label-name').first().innerText()));
    await this.#page.keyboard.press('Escape');
    await box.waitFor({ state: 'hidden' });
    return labels;
  }

  /** One that was just opened, until the extension has said in the status bar that it is there. */
  async waitForWindow(): Promise<void> {
    await this.#workbench.waitUntilReady();
    await this.#workbench.statusBarItem('MLflow').waitFor({ timeout: windowTimeoutMs });
  }

  /** Does not count. */
  async waitForInput(shown: string): Promise<void> {
    await this.#workbench.waitForInput(shown);
  }

  async escape(): Promise<void> {
    await this.#press('Escape');
  }

  /** Of our entry in the status bar, and of what is read aloud of it. */
  async waitForStatus(text: string, words = text): Promise<void> {
    const [one, other] = [text, words].map((part) => `[aria-label*=${JSON.stringify(part)}]`);
    await this.#page.locator(`.statusbar-item${one}${other}`).first().waitFor();
  }

  async screenshot(file: string): Promise<void> {
    await this.#workbench.screenshot(file);
  }

  /** It is there, and has the keyboard. */
  async #ready(shown: string): Promise<Locator> {
    const box = await this.#workbench.waitForInput(shown);
    await box.locator('input:focus').waitFor();
    return box;
  }

  async #pressButton(title: string, button: string): Promise<void> {
    const dialog = this.#workbench.dialog().filter({ hasText: title });
    await dialog.waitFor();
    await this.#page.waitForTimeout(minReadingMs);
    const focused = dialog.locator('.monaco-button:focus').filter({ hasText: button });
    for (let step = 0; (await focused.count()) === 0; step += 1) {
      if (step === 5) throw new Error(`The button "${button}" is not reached by Tab.`);
      await this.#press('Tab');
    }
    await this.#press('Enter');
  }

  /** Down to the row, once it is there. */
  async #goTo(box: Locator, label: string): Promise<void> {
    const named = this.#page.locator('.label-name').getByText(label, { exact: true });
    await box.locator('.monaco-list-row').filter({ has: named }).first().waitFor();
    const chosen = box.locator('.monaco-list-row.focused').filter({ has: named });
    for (let step = 0; (await chosen.count()) === 0; step += 1) {
      if (step === 20) throw new Error(`The row "${label}" is not reached by the arrow key.`);
      await this.#press('ArrowDown');
    }
  }

  async #press(key: string): Promise<void> {
    await this.#page.keyboard.press(key);
    this.#count({ keys: 1 });
  }

  #count(more: Partial<Cost>): void {
    const { questions = 0, approvals = 0, keys = 0, typed = 0 } = more;
    const before = this.#cost;
    this.#cost = {
      questions: before.questions + questions,
      approvals: before.approvals + approvals,
      keys: before.keys + keys,
      typed: before.typed + typed,
    };
  }
}
