import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { filesWithSecret } from '../../demo/find-secret.ts';
import { Workbench } from '../support/workbench/workbench.ts';
import type { EvilServer } from './evil-server.ts';

/** Opens a folder that nobody trusts, whose settings name servers of an attacker, and tries to connect. */
export async function restrictedMode(
  page: Page,
  { folder, origin, evil }: { readonly folder: string; readonly origin: string; readonly evil: EvilServer },
): Promise<void> {
  const project = join(folder, 'hostile');
  await mkdir(join(project, '.vscode'), { recursive: true });
  const settings = {
    'mlflowSecretsAuth.trackingUri': evil.origin,
    'mlflowSecretsAuth.provider': 'vault',
    'mlflowSecretsAuth.vault.address': evil.origin,
    'mlflowSecretsAuth.vault.path': 'secret/mlflow',
  };
  await writeFile(join(project, '.vscode', 'settings.json'), JSON.stringify(settings));
  // Without the tests: a window with them trusts everything.
  await page.goto(`${origin}/?folder=${encodeURIComponent(project)}`);
  const workbench = new Workbench(page);
  await workbench.waitUntilReady();
  await workbench.statusBarItem('Restricted Mode').waitFor();
  await workbench.runCommand('Connect MLflow');
  await workbench.notification('Restricted Mode').waitFor();
  assert.equal(evil.requests, 0);
}

/** Looks into every file below these folders, as bytes. */
export async function nothingIsLeft(folders: readonly string[], secrets: readonly string[]): Promise<void> {
  for (const folder of folders) assert.deepEqual(await filesWithSecret(folder, secrets), []);
}
