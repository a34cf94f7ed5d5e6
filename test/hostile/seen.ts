import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import type { Workbench } from '../support/workbench/workbench.ts';

/** Links, but for buttons and labels that the editor draws with the same element. */
const links = 'a:not(.monaco-button):not(.action-label):not(.label-name:not([href]))';
/** The parts of these that are words: beside them, the editor has icons of its own. */
const words =
  '.notification-list-item-message, .quick-input-message, .quick-input-title, .label-name, .label-description, ' +
  '.quick-input-list-label-meta, .dialog-message-text, .dialog-message-detail, .hover-contents';
const markup = ['.codicon', 'img', 'h1', 'h2', 'code', 'table', 'pre', 'iframe', 'script'];

/** A command of ours without arguments. */
const ownTarget = /^command:mlflowSecretsAuth\.\w+$/;

/** Of an element of the page, what is read. */
interface Anchor {
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
}

/** Clicks whatever is a link in a place, and says what is there beside words. In the tooltip, links to our commands are ours. */
export async function foreignMarkup(place: Locator, { isTooltip = false } = {}): Promise<readonly string[]> {
  const found: string[] = [];
  const anchors = place.locator(links);
  // At once: the editor may draw a tooltip anew, or take it away.
  const all = await anchors.evaluateAll(
    (elements: readonly Anchor[], attribute) =>
      elements.map((element) => ({
        text: element.textContent ?? '',
        target: element.getAttribute(attribute) ?? 'nothing',
      })),
    isTooltip ? 'data-href' : 'href',
  );
  for (const [index, { text, target }] of all.entries()) {
    if (isTooltip && ownTarget.test(target)) continue;
    found.push(`link "${text.slice(0, 60)}" to ${target}`);
    // What it leads to is seen by whether the command ran.
    await anchors
      .nth(index)
      .click({ timeout: 1000, noWaitAfter: true })
      .catch(() => undefined);
  }
  for (const element of markup) {
    const count = await place.locator(words).locator(element).count();
    if (count > 0) found.push(`${count} x ${element}`);
  }
  return found;
}

export async function hoverOver(page: Page, item: Locator, hover: Locator): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await page.mouse.move(400, 300);
    await item.hover();
    const isShown = hover.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    );
    if (await isShown) return;
    await sleep(100);
  }
}

/** What the preview of a Markdown file has beside words, tables and code. */
export async function previewMarkup(workbench: Workbench): Promise<readonly string[]> {
  return workbench.inPreview(markupIn);
}

async function markupIn(preview: FrameLocator): Promise<readonly string[]> {
  await preview.locator('table').last().waitFor();
  const found: string[] = [];
  for (const element of [
    'a[href]',
    'img',
    'iframe',
    'script:not([src]):not([nonce])',
    '.katex',
    'h1 ~ h1',
    'em',
    'strong',
    'del',
  ]) {
    const count = await preview.locator('.markdown-body, body').last().locator(element).count();
    if (count > 0) found.push(`${count} x ${element}`);
  }
  return found;
}
