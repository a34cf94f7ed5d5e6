import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron';
import { _electron } from 'playwright-core';
import { tools } from '../setup/parts.mjs';
import { shortLinger } from './editor-options.ts';
import type { EditorOptions, OpenEditor } from './editor-options.ts';
import { quietSettings } from './quiet-settings.ts';
import { Workbench } from './workbench.ts';

/** The version that the tests are written with; `VSCODE_VERSION` names another one, or `stable`. */
const version = process.env['VSCODE_VERSION'] || '1.139.1';

/** Desktop VS Code with folders of its own, downloaded once. */
export async function openDesktop(options: EditorOptions): Promise<OpenEditor> {
  const { folder, project, settings, vsixFiles } = options;
  const userData = join(folder, 'data');
  await mkdir(join(userData, 'User'), { recursive: true });
  const texts = JSON.stringify({ ...quietSettings, ...settings }, null, 2);
  await writeFile(join(userData, 'User', 'settings.json'), texts);
  const executable = await downloadAndUnzipVSCode({ version, cachePath: tools.desktopFolder() });
  const own = ['--user-data-dir', userData, '--extensions-dir', join(folder, 'extensions')];
  const [cli, ...cliArgs] = resolveCliArgsFromVSCodeExecutablePath(executable);
  if (cli === undefined) throw new Error(`${executable} has no command line`);
  for (const vsix of vsixFiles) {
    await promisify(execFile)(cli, [...cliArgs, ...own, '--force', '--install-extension', vsix], {
      // There it is a batch file.
      shell: process.platform === 'win32',
    });
  }
  const app = await _electron.launch({
    executablePath: executable,
    // A keychain would ask; the basic store is of this user data folder alone.
    args: [
      ...own,
      '--password-store=basic',
      '--skip-welcome',
      '--skip-release-notes',
      '--no-sandbox',
      project,
    ],
    env: environment(options),
  });
  const workbench = new Workbench(await app.firstWindow());
  await workbench.waitUntilReady();
  return { kind: 'desktop', workbench, address: `window of ${executable}`, stop: async () => app.close() };
}

function environment({ env, path = [] }: EditorOptions): Record<string, string> {
  const separator = process.platform === 'win32' ? ';' : ':';
  const all = {
    ...process.env,
    ...shortLinger,
    ...env,
    PATH: [...path, process.env['PATH']].join(separator),
    // The editor asks the login shell for its PATH otherwise.
    VSCODE_CLI: '1',
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}
