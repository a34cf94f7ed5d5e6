import { minReadingMs } from '../../../src/vscode/sinks/reading-time.ts';
import type { FrameLocator, Locator, Page } from 'playwright-core';

/** For one reaction of the editor: two shared cores can be slow. */
const reactionTimeoutMs = 60_000;
/** As the browser says it of what was on a page. */
const pageIsGone = /Cannot find context|Execution context was destroyed|Frame was detached/;

/** Within the page: notes what our entry in the status bar and the notifications say, however briefly. */
const watchWindow = `(() => {
  const seen = (window.seenByUser = []);
  const shown = () => {
    const items = [...document.querySelectorAll('.statusbar-item, .notification-list-item-message')];
    const ours = items.map((item) => [item.textContent.trim(), item.matches('.statusbar-item')]);
    return ours.filter(([text, isStatus]) => !isStatus || text.startsWith('MLflow:')).map(([text]) => text);
  };
  let before = shown();
  const note = () => {
    const now = shown();
    seen.push(...now.filter((text) => !before.includes(text)));
    before = now;
  };
  const options = { subtree: true, childList: true, characterData: true };
  new MutationObserver(note).observe(document.body, options);
})()`;

/** The editor's window, as a user sees and uses it. Every function waits for what it names. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(reactionTimeoutMs);
  }

  /** The window is there and its extensions had their turn. */
  async waitUntilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench .statusbar-item').first().waitFor();
  }

  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.waitUntilReady();
  }

  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file });
  }

  /** Runs a command by its title, from the palette. */
  async runCommand(title: string): Promise<void> {
    // A command appears in the palette when its extension is known, which takes a moment in a new window.
    const row = this.#choice(title);
    await this.#retry(async () => {
      await this.page.keyboard.press('F1');
      const input = this.#quickInput().locator('input[type=text]');
      await input.fill(`>${title}`, { timeout: 5000 });
      await row.first().click({ timeout: 5000 });
    });
  }

  /** Chooses an entry of the quick pick that is shown. */
  async pick(label: string): Promise<void> {
    await this.#choice(label).first().click();
  }

  /** Types into the input box whose title or prompt holds this text, and accepts it. */
  async answer(shown: string, text: string): Promise<void> {
    const box = await this.waitForInput(shown);
    await box.locator('input').first().fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Accepts what is filled into the input box whose title, prompt or objection holds this text; resolves to it. */
  async accept(shown: string): Promise<string> {
    const box = await this.waitForInput(shown);
    const input = box.locator('input:not([readonly]):not([type=checkbox])').first();
    const value = await input.inputValue();
    // Takes the keyboard back from what of the window has it, such as a terminal that closes.
    await input.press('Enter');
    return value;
  }

  async waitForInput(shown: string): Promise<Locator> {
    const box = this.#quickInput().filter({ hasText: shown });
    await box.waitFor();
    return box;
  }

  /** As `answer`, and holds the editor to hiding what is typed. */
  async answerSecretly(shown: string, text: string): Promise<void> {
    const box = await this.waitForInput(shown);
    await box.locator('input[type=password]').fill(text);
    await this.page.keyboard.press('Enter');
  }

  dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Keeps the Enter key down for a moment after a dialog has come, as a hasty person does. */
  async holdEnter(shown: string): Promise<void> {
    await this.dialog().filter({ hasText: shown }).waitFor();
    for (let press = 0; press < 10; press += 1) {
      await this.page.keyboard.press('Enter');
      await this.page.waitForTimeout(30);
    }
  }

  /** Presses a button of the modal dialog that holds this text; resolves to the dialog's text. */
  async answerDialog(shown: string, button: string): Promise<string> {
    const dialog = this.dialog().filter({ hasText: shown });
    await dialog.waitFor();
    const text = await dialog.innerText();
    // A person reads it first; a quicker answer is not taken.
    await this.page.waitForTimeout(minReadingMs);
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    return text;
  }

  /** Waits for a tab that the editor opens in the browser, and closes it; resolves to its address. */
  async waitForTab(): Promise<string> {
    const tab = await this.page.waitForEvent('popup');
    await tab.waitForURL(/^http/, { waitUntil: 'commit' });
    const url = tab.url();
    await tab.close();
    return url;
  }

  /** Waits for a tab that the editor opens in the browser and that shows this text, and closes it; resolves to its address. */
  async waitForPage(text: string): Promise<string> {
    const tab = await this.page.waitForEvent('popup');
    try {
      await tab.getByText(text).first().waitFor({ timeout: reactionTimeoutMs });
    } catch (error) {
      const body = await tab.locator('body').innerText();
      throw new Error(`${tab.url()} shows: ${body.slice(0, 500)}`, { cause: error });
    }
    const url = tab.url();
    await tab.close();
    return url;
  }

  /** Presses a button of the notification with this text. */
  async pressInNotification(shown: string, button: string): Promise<void> {
    await this.notification(shown).getByRole('button', { name: button, exact: true }).click();
  }

  notification(shown: string): Locator {
    return this.page.locator('.notification-toast').filter({ hasText: shown }).first();
  }

  /** Of each notification that is on the screen with this text. */
  async buttonsOf(shown: string): Promise<readonly string[]> {
    const all = await this.page.locator('.notification-toast').filter({ hasText: shown }).all();
    const labels = all.map(async (one) => one.locator('.monaco-button').allInnerTexts());
    return (await Promise.all(labels)).map((each) => each.join(', '));
  }

  /** Presses an icon in the title of the editor in front. */
  async pressInTitle(label: string): Promise<void> {
    await this.page.locator(`.editor-actions a[aria-label*="${label}"]`).first().click();
  }

  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
  }

  /** The part with the terminal, which may not be there. */
  async hidePanel(): Promise<void> {
    if (await this.page.locator('.part.panel').isVisible()) {
      await this.runCommand('View: Toggle Panel Visibility');
    }
  }

  /** What a page within the window shows, such as a rendered Markdown file. */
  preview(): FrameLocator {
    return this.page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
  }

  /** What is read of such a page, once more where the page was loaded anew meanwhile, as the diagnosis is. */
  async inPreview<T>(read: (preview: FrameLocator) => Promise<T>): Promise<T> {
    const deadline = Date.now() + reactionTimeoutMs;
    for (;;) {
      try {
        return await read(this.preview());
      } catch (error) {
        if (!pageIsGone.test(String(error)) || Date.now() > deadline) throw error;
      }
    }
  }

  /** The status bar entry that begins with this text. */
  statusBarItem(beginning: string): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: beginning }).first();
  }

  /** A row of a view in the side bar, by a part of what a screen reader says of it. */
  sideBarRow(text: string): Locator {
    return this.page.locator(`.part.sidebar .monaco-list-row[aria-label*=${JSON.stringify(text)}]`).first();
  }

  /** What a view without rows says in their place. */
  welcome(text: string): Locator {
    return this.page.locator('.part.sidebar .welcome-view-content').filter({ hasText: text });
  }

  /** From here on, notes each text of our entry in the status bar and of the notifications. */
  async watch(): Promise<void> {
    await this.page.evaluate(watchWindow);
  }

  /** What was noted, one after the other. */
  async seen(): Promise<readonly string[]> {
    return this.page.evaluate<readonly string[]>('window.seenByUser');
  }

  /** Says that the authors of the opened folder are trusted; the page where one says it stays open. */
  async trustFolder(): Promise<void> {
    await this.runCommand('Workspaces: Manage Workspace Trust');
    await this.page
      .locator('.workspace-trust-editor')
      .getByRole('button', { name: 'Trust', exact: true })
      .click();
    await this.statusBarItem('Restricted Mode').waitFor({ state: 'hidden' });
  }

  async openFile(name: string): Promise<void> {
    await this.#retry(async () => {
      await this.page.keyboard.press('Control+P');
      const input = this.#quickInput().locator('input[type=text]');
      await input.fill(name, { timeout: 5000 });
      await this.#choice(name).first().click({ timeout: 5000 });
    });
    await this.page.locator('.tab').filter({ hasText: name }).first().waitFor();
  }

  #quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  #choice(label: string): Locator {
    return this.#quickInput()
      .locator('.monaco-list-row')
      .filter({ has: this.page.locator('.label-name').getByText(label, { exact: true }) });
  }

  /** A quick input closes when something else takes the focus; a user opens it again. */
  async #retry(attempt: () => Promise<void>): Promise<void> {
    const deadline = Date.now() + reactionTimeoutMs;
    for (;;) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }
}
