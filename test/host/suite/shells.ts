import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { HostSuiteContext } from './hands.ts';
import { localEnvironment, until } from './local-proxy.ts';

/** Terminals in other shells than the usual one, while the window is connected. */
export function shellsSuite({ folder, python }: HostSuiteContext): void {
  // Windows has none of them.
  if (process.platform === 'win32') return;

  /** What Python finds in such a terminal. */
  async function found(name: string, options: vscode.TerminalOptions): Promise<Record<string, string>> {
    const file = join(folder, `${name}.json`);
    const terminal = vscode.window.createTerminal({ name, ...options });
    terminal.sendText(
      `"${python}" -c "import json, os; open('${file}', 'w').write(json.dumps(dict(os.environ)))"`,
    );
    const written = async (): Promise<string> => readFile(file, 'utf8').catch(() => '');
    await until(async () => (await written()).endsWith('}'));
    terminal.dispose();
    return JSON.parse(await written()) as Record<string, string>;
  }

  function assertConnected(environment: Record<string, string>): void {
    const { uri, token } = localEnvironment() ?? {};
    assert.equal(environment['MLFLOW_TRACKING_URI'], uri);
    assert.equal(environment['MLFLOW_TRACKING_PASSWORD'] === token, true, 'the session token');
    const [first] = (environment['PYTHONPATH'] ?? '').split(':');
    assert.equal(first, process.env['PYTHONPATH']?.split(':')[0]);
  }

  for (const shell of ['zsh', 'fish']) {
    it(`reaches a real terminal with ${shell}, also one for login`, async function () {
      const shellPath = pathOf(shell);
      if (shellPath === undefined) return this.skip();
      assertConnected(await found(shell, { shellPath }));
      assertConnected(await found(`${shell}-login`, { shellPath, shellArgs: ['-l'] }));
    });
  }

  it('reaches a real terminal that does not inherit the environment, or has variables in a setting', async () => {
    const settings = vscode.workspace.getConfiguration('terminal.integrated');
    const { Global } = vscode.ConfigurationTarget;
    await settings.update('inheritEnv', false, Global);
    assertConnected(await found('no-inherit', { shellPath: '/bin/bash' }));
    await settings.update('inheritEnv', undefined, Global);
    await settings.update('env.linux', { MLFLOW_TRACKING_URI: 'http://127.0.0.1:9' }, Global);
    assertConnected(await found('setting', { shellPath: '/bin/bash' }));
    await settings.update('env.linux', undefined, Global);
  });
}

/** Debian's are installed for the suite; elsewhere they may not be there. */
function pathOf(program: string): string | undefined {
  try {
    return execFileSync('which', [program], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
