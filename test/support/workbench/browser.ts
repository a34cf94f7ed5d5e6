import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { tools } from '../setup/parts.mjs';

export interface Browser {
  readonly page: Page;
  close(): Promise<void>;
}

/** Headless Chromium with a profile of its own: what the page keeps (encrypted secrets) survives a reload. */
export async function openBrowser(folder: string, url: string): Promise<Browser> {
  const context = await chromium.launchPersistentContext(join(folder, 'browser'), {
    executablePath: tools.chromium(),
    headless: true,
    viewport: { width: 1280, height: 800 },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = context.pages()[0] ?? (await context.newPage());
  // Leaving a page with unsaved editors asks a question that nobody would answer.
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(url, { timeout: 60_000 });
  return { page, close: async () => context.close() };
}
