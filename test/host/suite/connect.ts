import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { labels, statusText } from '../../../src/vscode/labels.ts';
import { ask, hands, typeSecret } from './hands.ts';
import type { HostSuiteContext } from './hands.ts';
import { environmentOfTests } from './python-extension.ts';
import { shellsSuite } from './shells.ts';
import { callMlflow, localEnvironment, search, until, untilAnswered } from './local-proxy.ts';

/** Of the tracking server, to what was entered. */
const notAccepted = 'does not accept this user name and password';

const id = 'mlflow-secrets-auth.mlflow-secrets-auth';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

export function connectSuite(context: HostSuiteContext): void {
  const { tracking, vault, folder, shown } = context;
  const { storedSource: stored } = shown;
  const settings = (): vscode.WorkspaceConfiguration =>
    vscode.workspace.getConfiguration('mlflowSecretsAuth');
  const environmentBefore = { ...process.env };
  const rejectedChecks = async (): Promise<number> =>
    (await ask<{ readonly count: number }>('rejected-checks', {})).count;
  const userPrompt = labels.storedUserPrompt(tracking.uri);
  const passwordPrompt = labels.storedPasswordPrompt(tracking.user, tracking.uri);

  describe('the extension', () => {
    it('activates automatically and registers every command of its manifest', async () => {
      const extension = vscode.extensions.getExtension(id);
      assert.ok(extension);
      await until(() => extension.isActive);
      const known = new Set(await vscode.commands.getCommands(true));
      const { contributes } = extension.packageJSON as Manifest;
      assert.deepEqual(
        contributes.commands.map(({ command }) => command).filter((command) => !known.has(command)),
        [],
      );
    });
  });

  describe('connecting with a credential entered in VS Code', () => {
    it('leaves nothing behind when the user escapes', async () => {
      const connecting = vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      const said = await hands({
        do: 'answerDialog',
        shown: labels.approvalTitle(tracking.uri),
        button: labels.anotherSource(),
      });
      assert.ok(said.includes(`Source: ${stored}`), said);
      await hands({
        do: 'waitForInput',
        shown: `${labels.connectTo(tracking.uri)}: ${labels.whichSource()}`,
      });
      await hands({ do: 'screenshot', name: 'wizard-source' });
      await hands({ do: 'pick', label: labels.anotherServer() });
      const suggested = await hands({
        do: 'waitForInput',
        shown: `${labels.trackingUriPrompt()} (found in train.py)`,
      });
      assert.equal(suggested, tracking.uri);
      await hands({ do: 'answer', shown: labels.trackingUriPrompt(), text: suggested, secret: false });
      await hands({ do: 'waitForInput', shown: `${labels.wizardTitle()}: ` });
      await hands({ do: 'escape' });
      await connecting;
      assert.equal(settings().inspect('trackingUri')?.workspaceValue, undefined);
      assert.equal(localEnvironment(), undefined);
    });

    it('offers again what was entered before the user escaped', async () => {
      const connecting = vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      await hands({
        do: 'waitForInput',
        shown: `${labels.connectTo(tracking.uri)}: ${labels.whichSource()}`,
      });
      await hands({ do: 'pick', label: stored });
      await hands({
        do: 'answerDialog',
        shown: labels.approvalTitle(tracking.uri),
        button: 'Cancel',
      });
      await connecting;
    });

    it('asks step by step and for approval, and again for a password that the server does not accept, which it tries once', async () => {
      assert.equal((await environmentOfTests())['MLFLOW_TRACKING_URI'], undefined);
      await hands({ do: 'watch' });
      const connecting = vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      await hands({ do: 'accept', shown: labels.whichSource() });
      await hands({ do: 'waitForDialog', shown: labels.approvalTitle(tracking.uri) });
      await hands({ do: 'screenshot', name: 'approval-entered' });
      const said = await hands({
        do: 'answerDialog',
        shown: labels.approvalTitle(tracking.uri),
        button: labels.approve(),
      });
      assert.ok(said.includes(`Source: ${stored}`), said);
      await hands({ do: 'answer', shown: userPrompt, text: tracking.user, secret: false });
      await hands({ do: 'waitForInput', shown: passwordPrompt });
      await hands({ do: 'screenshot', name: 'password' });
      await typeSecret(passwordPrompt, 'wrongPassword');
      // The objection stands in place of the prompt.
      await hands({ do: 'waitForInput', shown: notAccepted });
      await hands({ do: 'waitForStatus', text: statusText('rejected') });
      await hands({ do: 'screenshot', name: 'host-rejected' });
      assert.equal(await rejectedChecks(), 1);
      assert.equal(await hands({ do: 'accept', shown: notAccepted }), tracking.user);
      await typeSecret(passwordPrompt, 'wrongPassword');
      await hands({ do: 'waitForInput', shown: notAccepted });
      await hands({ do: 'escape' });
      await connecting;
    });

    it('says what happened to whoever gives up, and to Python, and tries the password no more', async () => {
      const shown = await hands({ do: 'waitForStatus', text: statusText('rejected') });
      const seen = await hands({ do: 'seen' });
      assert.doesNotMatch(seen, /\bMLflow: connected\b/i);
      for (const words of [notAccepted, 'Enter the credential again', 'upstream.rejected'])
        assert.ok(shown.includes(words), shown);
      const { status, text } = await callMlflow(search);
      assert.equal(status, 424);
      for (const words of [notAccepted, 'upstream.rejected']) assert.ok(text.includes(words), text);
      assert.equal(await rejectedChecks(), 2);
    });

    it('has not kept the wrong password, and is connected by the right one and no sooner', async () => {
      const connecting = vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      await hands({ do: 'answer', shown: userPrompt, text: tracking.user, secret: false });
      await typeSecret(passwordPrompt, 'wrongPassword');
      assert.equal(await hands({ do: 'accept', shown: notAccepted }), tracking.user);
      assert.doesNotMatch(await hands({ do: 'seen' }), /\bconnected\b/i);
      await typeSecret(passwordPrompt, 'password');
      await connecting;
      await hands({ do: 'waitForStatus', text: statusText('connected') });
      await hands({ do: 'waitForNotification', text: labels.connected(tracking.user) });
      await hands({ do: 'screenshot', name: 'host-connected' });
    });

    it('tells that the Testing view needs a reload, where it has the environment of before', async () => {
      await hands({ do: 'waitForNotification', text: labels.reloadForTests() });
      assert.equal((await environmentOfTests())['MLFLOW_TRACKING_URI'], undefined);
    });

    it('authenticates requests that have the session token, and no others', async () => {
      assert.equal((await callMlflow(search)).status, 200);
      assert.equal((await callMlflow(search, 'guessed')).status, 401);
    });

    it('writes the settings of the workspace, without the credential', async () => {
      const text = await readFile(join(folder, '.vscode', 'settings.json'), 'utf8');
      assert.deepEqual(Object.keys(JSON.parse(text) as object).sort(), [
        'mlflowSecretsAuth.provider',
        'mlflowSecretsAuth.trackingUri',
      ]);
    });

    it('reaches a real terminal', async () => {
      const file = join(folder, 'terminal.txt');
      const terminal = vscode.window.createTerminal({ name: 'test' });
      terminal.sendText(
        `"${context.python}" -c "import os; print(os.environ['MLFLOW_TRACKING_URI'])" > "${file}"`,
      );
      await until(
        async () => (await readFile(file, 'utf8').catch(() => '')).trim() === localEnvironment()?.uri,
      );
      terminal.dispose();
    });

    it('reaches a real terminal in lists that are not repeated', async () => {
      const file = join(folder, 'no-proxy.txt');
      const terminal = vscode.window.createTerminal({ name: 'test' });
      terminal.sendText(
        `"${context.python}" -c "import os; print('NO_PROXY=' + os.environ['NO_PROXY'])" > "${file}"`,
      );
      const shown = async (): Promise<string> => (await readFile(file, 'utf8').catch(() => '')).trim();
      await until(async () => (await shown()).startsWith('NO_PROXY='));
      assert.equal(await shown(), `NO_PROXY=${process.env['NO_PROXY'] ?? ''}`);
      terminal.dispose();
    });

    it('leaves a terminal the token for another server that its start-up file exports', async () => {
      const startUp = join(homedir(), '.bashrc');
      const before = await readFile(startUp, 'utf8').catch(() => '');
      await writeFile(startUp, `${before}\nexport MLFLOW_TRACKING_TOKEN=of-another-server\n`);
      const file = join(folder, 'start-up.txt');
      const terminal = vscode.window.createTerminal({ name: 'test', shellPath: '/bin/bash' });
      terminal.sendText(
        `"${context.python}" -c "import os; print(*(os.environ['MLFLOW_TRACKING_' + name] for name in ('TOKEN', 'URI')), 'end')" > "${file}"`,
      );
      const shown = async (): Promise<string> => (await readFile(file, 'utf8').catch(() => '')).trim();
      await until(async () => (await shown()).endsWith('end'));
      terminal.dispose();
      await (before === '' ? rm(startUp) : writeFile(startUp, before));
      assert.equal(await shown(), `of-another-server ${localEnvironment()?.uri ?? ''} end`);
    });

    it('reaches a kernel that is started from the extension host, whose code sets the tracking URI itself', async () => {
      const program = [
        'from jupyter_client.manager import start_new_kernel',
        "manager, client = start_new_kernel(kernel_name='python3')",
        `code = '''import mlflow; mlflow.set_tracking_uri("${tracking.uri}")`,
        "run = mlflow.start_run(); mlflow.log_metric('m', 1); mlflow.end_run(); print(run.info.run_id)'''",
        'reply = client.execute_interactive(code, timeout=90)',
        "assert reply['content']['status'] == 'ok', reply['content']",
        'client.stop_channels(); manager.shutdown_kernel(now=True)',
      ];
      const { stdout } = await promisify(execFile)(context.python, ['-c', program.join('\n')], {
        timeout: 110_000,
      });
      assert.match(stdout, /[0-9a-f]{32}/);
    });

    it('reaches a shell that VS Code did not start, by lines that are pasted there', async () => {
      await vscode.env.clipboard.writeText('');
      const copying = vscode.commands.executeCommand('mlflowSecretsAuth.copyEnvironment');
      await hands({ do: 'pick', label: labels.posixShells });
      await copying;
      const lines = await vscode.env.clipboard.readText();
      assert.deepEqual(await ask('secrets-in', { text: lines }), { names: [] });
      const program = `import mlflow; mlflow.set_tracking_uri("${tracking.uri}")
print(len(mlflow.search_experiments()), "experiments")`;
      const { stdout } = await promisify(execFile)(
        'sh',
        ['-c', `${lines}exec "$0" -c "$1"`, context.python, program],
        { env: { HOME: homedir() }, timeout: 60_000 },
      );
      assert.match(stdout, /^[1-9]\d* experiments/);
    });

    it('opens the tracking server itself in the browser', async () => {
      const opened = hands({ do: 'waitForTab' });
      await vscode.commands.executeCommand('mlflowSecretsAuth.openMlflow');
      assert.ok((await opened).startsWith(`${tracking.uri}/`), await opened);
    });

    it('gives the link of a run at the tracking server for one that MLflow printed', async () => {
      const page = '/#/experiments/0/runs/0123456789abcdef?workspace=team';
      const printed = `View run at: ${localEnvironment()?.uri ?? ''}${page}`;
      await vscode.env.clipboard.writeText(printed);
      await vscode.commands.executeCommand('mlflowSecretsAuth.copyRunLink');
      assert.equal(await vscode.env.clipboard.readText(), `${tracking.uri}${page}`);
      await vscode.env.clipboard.writeText('http://127.0.0.1:1/#/experiments/0');
      await vscode.commands.executeCommand('mlflowSecretsAuth.copyRunLink');
      assert.equal(await vscode.env.clipboard.readText(), 'http://127.0.0.1:1/#/experiments/0');
    });

    it('leads a click on a link that MLflow printed in a terminal to the same page of the tracking server', async () => {
      const page = '/#/experiments/0?workspace=team';
      const terminal = vscode.window.createTerminal({ name: 'test' });
      terminal.show();
      terminal.sendText(`clear; echo "${localEnvironment()?.uri ?? ''}${page}"`);
      const opened = await hands({ do: 'openTerminalLink', text: page });
      assert.ok(opened.startsWith(`${tracking.uri}/#/experiments/0`), opened);
      terminal.dispose();
    });

    it('shows the connection in the status bar, and never the credential', async () => {
      const seen = await hands({ do: 'waitForStatus', text: statusText('connected') });
      assert.match(
        seen,
        new RegExp(
          `^${statusText('connected')}\\. Tracking server: .+Source: ${stored}.+Requests: \\d+`,
          's',
        ),
      );
    });
  });

  describe('while connected', () => {
    shellsSuite(context);
  });

  describe('settings that change where the credential goes', () => {
    it('send nothing to another server before the user approves it', async () => {
      await settings().update('trackingUri', context.evilOrigin);
      await hands({ do: 'waitForStatus', text: statusText('needsApproval') });
      assert.equal((await callMlflow(search)).status, 424);
      const { requests } = await ask<{ requests: number }>('evil-requests', {});
      assert.equal(requests, 0);
    });

    it('are shown with what they were, and the user declines', async () => {
      const connecting = vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      const shown = labels.approval('server', context.evilOrigin);
      await hands({ do: 'waitForDialog', shown });
      await hands({ do: 'screenshot', name: 'approval-changed' });
      const said = await hands({ do: 'answerDialog', shown, button: 'Cancel' });
      await connecting;
      assert.ok(said.includes(context.evilOrigin) && said.includes(tracking.uri), said);
      assert.equal((await callMlflow(search)).status, 424);
      const { requests } = await ask<{ requests: number }>('evil-requests', {});
      assert.equal(requests, 0);
    });

    it('are not approved by an Enter key that is held down', async () => {
      const connecting = vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      const shown = labels.approval('server', context.evilOrigin);
      await hands({ do: 'holdEnter', shown });
      await hands({ do: 'answerDialog', shown, button: 'Cancel' });
      await connecting;
      assert.equal((await callMlflow(search)).status, 424);
      assert.equal((await ask<{ requests: number }>('evil-requests', {})).requests, 0);
    });

    it('are put back by "Keep the Old One"', async () => {
      const connecting = vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      const shown = labels.approval('server', context.evilOrigin);
      await hands({ do: 'answerDialog', shown, button: labels.keepOld() });
      await connecting;
      assert.equal(settings().get('trackingUri'), tracking.uri);
      await hands({ do: 'waitForStatus', text: statusText('connected') });
      assert.equal((await callMlflow(search)).status, 200);
    });

    it('are not followed before the user approves them', async () => {
      await settings().update('provider', 'vault');
      await settings().update('vault.address', vault.address);
      await settings().update('vault.path', 'secret/mlflow');
      await hands({ do: 'waitForStatus', text: statusText('needsApproval') });
      const answer = await callMlflow(search);
      assert.equal(answer.status, 424);
      assert.match(answer.text, /Run \\"MLflow: Connect\\" in VS Code to approve/);
    });

    it('are shown with what they were, and connect after approval, with the same port and token', async () => {
      const before = localEnvironment();
      const connecting = vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      const said = await hands({
        do: 'answerDialog',
        shown: labels.approval('source', tracking.uri),
        button: labels.approve(),
      });
      assert.ok(said.includes(`Source: ${stored} → ${shown.vaultSource}`), said);
      await typeSecret(labels.vaultTokenPrompt(vault.address), 'vaultToken');
      await connecting;
      await hands({ do: 'waitForStatus', text: statusText('connected') });
      assert.deepEqual(localEnvironment(), before);
      assert.equal((await callMlflow(search)).status, 200);
    });
  });

  describe('a path with a typo', () => {
    const connect = async (): Promise<void> => {
      const connecting = vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      const shown = labels.approval('source', tracking.uri);
      await hands({ do: 'answerDialog', shown, button: labels.approve() });
      await connecting;
    };

    it('is named where the policy does not allow it', async () => {
      await settings().update('vault.path', 'secret/mlfow');
      await hands({ do: 'waitForStatus', text: statusText('needsApproval') });
      await connect();
      await hands({ do: 'waitForNotification', text: 'Check mlflowSecretsAuth.vault.path for a typo' });
      await hands({ do: 'screenshot', name: 'path-with-typo' });
    });

    it('is corrected where it is, and connects after approval', async () => {
      const name = 'mlflowSecretsAuth.vault.path';
      const changing = vscode.commands.executeCommand('mlflowSecretsAuth.changeSetting', 'vault.path');
      assert.equal(await hands({ do: 'waitForInput', shown: name }), 'secret/mlfow');
      await hands({ do: 'screenshot', name: 'change-setting' });
      await hands({ do: 'answer', shown: name, text: 'secret/mlflow', secret: false });
      const shown = labels.approval('source', tracking.uri);
      const said = await hands({ do: 'answerDialog', shown, button: labels.approve() });
      assert.ok(said.includes('secret/mlfow → secret/mlflow'), said);
      await changing;
      await hands({ do: 'waitForStatus', text: statusText('connected') });
      assert.equal(settings().get('vault.path'), 'secret/mlflow');
    });

    it('is over: refreshing says what it fetched', async () => {
      await vscode.commands.executeCommand('mlflowSecretsAuth.refreshSecret');
      await hands({ do: 'waitForNotification', text: 'Secret fetched: version 1, unchanged.' });
    });
  });

  describe('a secret of Vault', () => {
    it('is picked from those that Vault lists, by Enter alone', async () => {
      const changing = vscode.commands.executeCommand('mlflowSecretsAuth.configure');
      await hands({ do: 'waitForInput', shown: 'Sign-in method' });
      await hands({ do: 'screenshot', name: 'edit-connection' });
      await hands({ do: 'pick', label: 'Path of the secret' });
      await hands({ do: 'waitForInput', shown: labels.enterPath() });
      await hands({ do: 'waitForInput', shown: 'secret/mlflow' });
      await hands({ do: 'screenshot', name: 'pick-vault' });
      await hands({ do: 'accept', shown: labels.whichSecret() });
      await changing;
      await hands({ do: 'waitForStatus', text: statusText('connected') });
      assert.equal(settings().get('vault.path'), 'secret/mlflow');
    });

    it('is named where one enters it and slips', async () => {
      const changing = vscode.commands.executeCommand('mlflowSecretsAuth.configure');
      await hands({ do: 'pick', label: 'Path of the secret' });
      await hands({ do: 'waitForInput', shown: labels.enterPath() });
      await hands({ do: 'waitForInput', shown: 'secret/mlflow' });
      await hands({ do: 'pick', label: labels.enterPath() });
      await hands({ do: 'answer', shown: 'Path of the secret', text: 'secret/mlfow', secret: false });
      await hands({ do: 'waitForInput', shown: 'Did you mean secret/mlflow?' });
      await hands({ do: 'screenshot', name: 'did-you-mean' });
      await hands({ do: 'escape' });
      await changing;
      assert.equal(settings().get('vault.path'), 'secret/mlflow');
      await hands({ do: 'waitForStatus', text: statusText('connected') });
    });
  });

  describe('a diagnosis', () => {
    const variables = { MLFLOW_SECRETS_AUTH_ENABLE: 'aws-secrets-manager', AWS_REGION: 'eu-west-1' };

    const diagnosis = (): string =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'mlflow-diagnosis')?.getText() ?? '';

    before(async () => {
      await settings().update('provider', 'auto');
      Object.assign(process.env, variables);
    });

    after(async () => {
      for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name);
      await settings().update('provider', 'vault');
      await hands({ do: 'waitForStatus', text: statusText('connected') });
    });

    it('says what "auto" chose, why, what it skipped, where each value is from, and no secret', async () => {
      await vscode.commands.executeCommand('mlflowSecretsAuth.diagnose');
      // The editor asks for a changed text in its own time.
      const isComplete = (): boolean => diagnosis() !== '' && !diagnosis().includes('| … |');
      while (!isComplete()) await new Promise((resolve) => setTimeout(resolve, 50));
      const text = diagnosis();
      const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
      for (const expected of [
        row('AWS Secrets Manager', 'skipped', 'not set: `mlflowSecretsAuth.aws.secretId`'),
        row('`mlflowSecretsAuth.aws.region`', '`eu-west-1`', 'environment variable `AWS_REGION`'),
        row('`mlflowSecretsAuth.vault.address`', '`' + vault.address + '`', 'workspace settings'),
        row('`mlflowSecretsAuth.cache.ttlSeconds`', '`300`', 'default'),
        row('Vault token, entered in VS Code', 'set'),
      ]) {
        assert.ok(text.includes(expected), `${expected} is not in\n${text}`);
      }
      assert.match(
        text,
        /\| HashiCorp Vault \| chosen by "auto" \| `mlflowSecretsAuth\.vault\.address` is set in the workspace settings/,
      );
      assert.match(text, /\| ✓ \| Tracking server \| The tracking server responded and requires a sign-in\./);
      assert.match(
        text,
        /\| ✓ \| Credential \| The tracking server accepts the credential, which is for `?admin/,
      );
      assert.ok(!text.includes(localEnvironment()?.token ?? 'no token'));
      assert.deepEqual(await ask('secrets-in', { text }), { names: [] });
    });

    it('is shown to the user', async () => {
      await hands({ do: 'waitForPreview', text: shown.diagnosisTitle });
      await hands({ do: 'screenshot', name: 'diagnosis' });
      await hands({ do: 'waitForPreview', text: shown.signInHeading });
      await hands({ do: 'screenshot', name: 'diagnosis-values' });
    });
  });

  describe('disconnecting', () => {
    it('puts everything back, and answers those who still have the token with a sentence alone', async () => {
      const before = localEnvironment();
      await vscode.commands.executeCommand('mlflowSecretsAuth.disconnect');
      await hands({ do: 'waitForStatus', text: statusText('disconnected') });
      await hands({ do: 'waitForNotification', text: labels.disconnected() });
      const ours = (environment: NodeJS.ProcessEnv): unknown =>
        Object.entries(environment).filter(([name]) => /MLFLOW|PYTHONPATH|no_proxy/i.test(name));
      assert.deepEqual(ours(process.env), ours(environmentBefore));
      // What answers is new: it has no credential and knows no server.
      const answers = await untilAnswered(before);
      assert.equal(answers.status, 424, answers.text);
      assert.match(answers.text, /MLflow is disconnected in this VS Code window\./);
    });

    it('connects again without a question, at the same address', async () => {
      await vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      await hands({ do: 'waitForStatus', text: statusText('connected') });
      assert.equal((await callMlflow(search)).status, 200);
      await ask('remember', { local: localEnvironment() });
    });
  });
}
