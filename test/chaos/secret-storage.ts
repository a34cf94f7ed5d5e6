import type { Page } from 'playwright-core';

/** By which VS Code's page in a browser keeps SecretStorage, sealed, in the page's own storage. */
const name = 'secrets.provider';
const mark = 'secret-storage-fails';

/** While it is marked, a page that is loaded cannot read what it kept. */
const failWhileMarked = `
if (sessionStorage.getItem('${mark}') !== null) {
  const { getItem } = Storage.prototype;
  Storage.prototype.getItem = function (key) {
    if (key === '${name}') throw new Error('the keychain is out of order');
    return getItem.call(this, key);
  };
}`;

/** From the next reload on. */
export async function breakSecretStorage(page: Page): Promise<void> {
  await page.context().addInitScript(failWhileMarked);
  await page.evaluate(`sessionStorage.setItem('${mark}', 'yes')`);
}

export async function mendSecretStorage(page: Page): Promise<void> {
  await page.evaluate(`sessionStorage.removeItem('${mark}')`);
}

/** As on another computer, or after the browser's data were deleted. */
export async function emptySecretStorage(page: Page): Promise<void> {
  await page.evaluate(`localStorage.removeItem('${name}')`);
}
