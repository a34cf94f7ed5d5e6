import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { labels } from '../../src/vscode/labels.ts';
import { minReadingMs } from '../../src/vscode/sinks/reading-time.ts';
import { errors } from 'playwright-core';
import type { ProxyPlace } from './driver/lose-proxy.ts';
import type { Workbench } from '../support/workbench/workbench.ts';

/** What the extension host of a window has. */
export interface Look {
  readonly isTrusted: boolean;
  /** Of the environment that Python finds, or empty. */
  readonly uri: string;
  readonly token: string;
  readonly ports: readonly number[];
}

/** The driver's end in one window. */
export class HostileWindow {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async run(command: string): Promise<void> {
    await this.#ask('run', command);
  }

  async look(): Promise<Look> {
    return (await this.#ask('look', {})) as Look;
  }

  /** Waits until settings of this round are in effect. */
  async settled(round: number, key: 'round' | 'machineRound' = 'round'): Promise<void> {
    await this.#ask('settings', { key, round });
  }

  /** Waits until Python has an address. */
  async connected(): Promise<Look> {
    return (await this.#ask('connected', {})) as Look;
  }

  /** What Python finds there. */
  async environment(): Promise<NodeJS.ProcessEnv> {
    return (await this.#ask('environment', {})) as NodeJS.ProcessEnv;
  }

  /** Kills the extension host. */
  async die(): Promise<void> {
    await assert.rejects(this.#ask('die', {}));
  }

  /** Whether calls of the editor's secret storage wait, in this window. */
  async lockKeychain(isLocked: boolean): Promise<void> {
    await this.#ask('keychain', { isLocked });
  }

  /** Ends whatever listens there. */
  async loseProxy({ uri }: Pick<Look, 'uri'>): Promise<ProxyPlace> {
    return (await this.#ask('lose-proxy', { port: Number(new URL(uri).port) })) as ProxyPlace;
  }

  async call({ uri, token }: Pick<Look, 'uri' | 'token'>): Promise<void> {
    await this.#ask('call', { uri, token });
  }

  async #ask(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${this.#url}/${path}`, { method: 'POST', body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return JSON.parse(text) as unknown;
  }
}

/** Approves only what does not name the attacker: with the mouse, or presses whatever there is, and Enter once more. */
export type Haste = 'declines' | 'presses everything';

const maxAnswers = 6;
/** Of buttons of notifications, which may bring the next. */
const maxPresses = 4;

/** Clicks through whatever appears until nothing does; types nothing. Resolves to how often it declined. */
export async function hurry(
  { page }: Workbench,
  command: Promise<void>,
  { haste, attackerPort }: { readonly haste: Haste; readonly attackerPort: number },
): Promise<number> {
  const state = { isOver: false, declined: 0, presses: 0 };
  const isBold = haste === 'presses everything';
  const ended = command.finally(() => (state.isOver = true));
  const dialog = page.locator('.monaco-dialog-box:visible');
  const input = page.locator('.quick-input-widget:visible');
  const button = page
    .locator('.notification-toast .notification-list-item-buttons-container .monaco-button')
    .first();
  const isAsked = async (): Promise<boolean> => (await dialog.isVisible()) || (await input.isVisible());
  const act = async (count: number): Promise<void> => {
    if (await dialog.isVisible()) {
      const text = await dialog.innerText({ timeout: 2000 });
      const answer = text.includes(String(attackerPort)) ? 'Cancel' : labels.approve();
      // Nobody approves what was not there long enough to be read.
      if (answer !== 'Cancel') await page.waitForTimeout(minReadingMs);
      await dialog.getByRole('button', { name: answer, exact: true }).click({ timeout: 2000 });
      if (answer === 'Cancel') state.declined += 1;
    } else if (await input.isVisible()) {
      await page.keyboard.press(count > maxAnswers ? 'Escape' : 'Enter');
      if (isBold && count <= maxAnswers) await page.keyboard.press('Enter');
    } else {
      await clickLinks({ page });
      if (!isBold || state.presses >= maxPresses || !(await button.isVisible())) return;
      state.presses += 1;
      await button.click({ timeout: 2000 });
    }
  };
  const isBusy = async (): Promise<boolean> =>
    !state.isOver ||
    (await isAsked()) ||
    (isBold && state.presses < maxPresses && (await button.isVisible()));
  for (let count = 0; await isBusy(); count += 1) {
    try {
      await act(count);
    } catch (error) {
      // What was there a moment ago may be gone.
      if (!(error instanceof errors.TimeoutError)) throw error;
    }
    await sleep(50);
  }
  await ended;
  await clickLinks({ page });
  return state.declined;
}

/** A link within a message runs a command, if the message has one. */
async function clickLinks({ page }: Pick<Workbench, 'page'>): Promise<void> {
  for (const link of await page.locator('.notification-toast .notification-list-item-message a').all()) {
    await link.click({ timeout: 2000 });
  }
}
