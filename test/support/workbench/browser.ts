import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext, Page } from 'playwright-core';
import { tools } from '../setup/parts.mjs';
import type { EditorOptions } from './editor-options.ts';

export interface Browser {
  readonly page: Page;
  close(): Promise<void>;
}

type BrowserOptions = Pick<EditorOptions, 'opensLocalAddresses' | 'browserSignIn'>;

/** Headless Chromium with a profile of its own: what the page keeps (encrypted secrets) survives a reload. */
export async function openBrowser(
  folder: string,
  url: string,
  { opensLocalAddresses = false, browserSignIn }: BrowserOptions = {},
): Promise<Browser> {
  const context = await chromium.launchPersistentContext(join(folder, 'browser'), {
    executablePath: tools.chromium(),
    headless: true,
    viewport: { width: 1280, height: 800 },
    ...(browserSignIn !== undefined && { httpCredentials: browserSignIn }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  });
  await context.addInitScript(standStill);
  if (opensLocalAddresses) await leaveLocalAddresses(context);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = context.pages()[0] ?? (await context.newPage());
  // Leaving a page with unsaved editors asks a question that nobody would answer.
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(url, { timeout: 60_000 });
  return { page, close: async () => context.close() };
}

/** What turns for as long as something runs, a browser without a GPU draws anew in each frame, at the cost of half a processor. */
const standStill = `addEventListener('DOMContentLoaded', () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('.codicon-modifier-spin, .codicon-modifier-spin::before, .progress-bit { animation: none !important; }');
  document.adoptedStyleSheets.push(sheet);
});`;

/** code-server adds to the workbench what makes `/proxy/PORT/` of an address, where nothing answers while its proxy is off. */
const forwarding = /resolveExternalUri:(\w+)=>\{let /;

async function leaveLocalAddresses(context: BrowserContext): Promise<void> {
  await context.route('**/workbench/workbench.js', async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    if (!forwarding.test(text)) throw new Error('the workbench forwards addresses in another way');
    const body = text.replace(forwarding, 'resolveExternalUri:$1=>{return $1;let ');
    await route.fulfill({ response, body });
  });
}
