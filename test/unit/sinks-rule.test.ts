import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ESLint, Linter } from 'eslint';

const checkout = join(import.meta.dirname, '../..');

const eslint = new ESLint({ cwd: checkout });
const linter = new Linter();

/** Whether the rule finds a fault in a piece of code, if it stood in that file. */
async function isFaulty(file: string, code: string): Promise<boolean> {
  const { rules } = (await eslint.calculateConfigForFile(join(checkout, file))) as {
    rules: Record<string, Linter.RuleEntry>;
  };
  const rule = rules['no-restricted-syntax'];
  assert.ok(rule !== undefined, file);
  return linter.verify(code, { rules: { 'no-restricted-syntax': rule } }).length > 0;
}

describe('The rule that words reach the screen through src/vscode/sinks only', () => {
  const sinks = [
    "vscode.window.showErrorMessage('x')",
    "vscode.window['showErrorMessage']('x')",
    'vscode.window[`showWarningMessage`]("x")',
    "const { showInformationMessage } = vscode.window; showInformationMessage('x')",
    'vscode.window.withProgress({}, run)',
    'vscode.window.createInputBox()',
    'vscode.window.createQuickPick()',
    'vscode.window.showInputBox({})',
    'vscode.window.showQuickPick([])',
    'vscode.window.createStatusBarItem()',
    "vscode.window.setStatusBarMessage('x')",
    'new vscode.MarkdownString(x)',
    "vscode.window.createOutputChannel('x')",
    "vscode.window.createTerminal('x')",
    "terminal.sendText('x')",
    "vscode.languages.createLanguageStatusItem('x', [])",
    "vscode.window.registerTreeDataProvider('x', tree)",
    'vscode.languages.registerCodeLensProvider([], lenses)',
    'vscode.window.registerTerminalLinkProvider(x)',
    "vscode.lm.registerTool('x', tool)",
    'new vscode.LanguageModelTextPart(x)',
    'collection.description = x',
    'item.tooltip = x',
  ];
  const files = [
    'src/app.ts',
    'src/vscode/commands.ts',
    'src/vscode/connect/steps/vault.ts',
    'src/doctor/report.ts',
  ];

  for (const file of files) {
    it(`holds in ${file}`, async () => {
      for (const code of [...sinks, 'vscode.env.openExternal(x)'])
        assert.equal(await isFaulty(file, code), true, code);
    });
  }

  it('holds for providers, which open the browser by what the editor lends them', async () => {
    const file = 'src/providers/vault/sign-in/oidc.ts';
    for (const code of sinks) assert.equal(await isFaulty(file, code), true, code);
    assert.equal(await isFaulty(file, 'context.openExternal(x)'), false);
  });

  it('lets the sinks do it', async () => {
    for (const code of sinks) assert.equal(await isFaulty('src/vscode/sinks/messages.ts', code), false, code);
  });

  it('keeps what was held before', async () => {
    const registering = "vscode.commands.registerCommand('x', f)";
    for (const file of ['src/app.ts', 'src/vscode/sinks/messages.ts', 'src/providers/provider.ts']) {
      assert.equal(await isFaulty(file, registering), true, file);
    }
    assert.equal(await isFaulty('src/vscode/commands.ts', registering), false);
    assert.equal(await isFaulty('src/doctor/report.ts', "const id = 'vault'"), true);
  });

  it('finds a provider’s id in whatever form it is named', async () => {
    for (const code of [
      'const isVault = id === `vault`',
      'const labels = { aws: 1 }',
      "const labels = { 'azure': 1 }",
      "const key = 'mlflowSecretsAuth.vault.path'",
      'const key = `stored.${name}`',
    ]) {
      assert.equal(await isFaulty('src/connection/steps.ts', code), true, code);
      assert.equal(await isFaulty('src/vscode/connect/steps/vault.ts', code), false, code);
    }
  });

  it('finds the editor and SDKs also where they are imported later', async () => {
    const [editor, sdk] = ["import('vscode')", "import('@azure/identity')"];
    for (const file of ['src/connection/steps.ts', 'src/vscode/commands.ts', 'src/vscode/sinks/messages.ts'])
      assert.equal(await isFaulty(file, sdk), true, file);
    assert.equal(await isFaulty('src/connection/steps.ts', editor), true);
    assert.equal(await isFaulty('src/providers/vault/source.ts', editor), true);
    assert.equal(await isFaulty('src/providers/azure/source.ts', sdk), false);
    assert.equal(await isFaulty('src/connection/steps.ts', "import('./attach.ts')"), false);
  });
});
