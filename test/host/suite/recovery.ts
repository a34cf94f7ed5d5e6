import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { labels, statusText } from '../../../src/vscode/labels.ts';
import { ask, hands } from './hands.ts';
import type { HostSuiteContext } from './hands.ts';
import { callMlflow, search, until } from './local-proxy.ts';

/** Shorter than as shipped, so that less time has to pass. */
const healthIntervalSeconds = 10;
/** Of 60 s as shipped, a dead server has to be seen within 90 s. */
const deathSeenWithinSeconds = healthIntervalSeconds * 1.5;
const returnSeenWithinSeconds = 15;

const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('mlflowSecretsAuth');
const ofUser = vscode.ConfigurationTarget.Global;

/** Of the server that is away. */
const refused = 'upstream.refused';

const diagnosis = (): string =>
  vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'mlflow-diagnosis')?.getText() ?? '';

/** Resolves when it is shown with all that it says in the end. */
async function diagnose(expected: string): Promise<void> {
  await vscode.commands.executeCommand('mlflowSecretsAuth.diagnose');
  await until(() => diagnosis().includes(expected));
}

async function secondsUntil(status: string): Promise<number> {
  const from = Date.now();
  await hands({ do: 'waitForStatus', text: status });
  return (Date.now() - from) / 1000;
}

export function recoverySuite({ aws, tracking }: HostSuiteContext): void {
  describe('a tracking server that stops and starts again while nothing is requested', () => {
    before(async () => {
      await settings().update('health.intervalSeconds', healthIntervalSeconds, ofUser);
      await hands({ do: 'waitForStatus', text: statusText('connected') });
    });
    after(async () => settings().update('health.intervalSeconds', undefined, ofUser));

    it('is seen to be away in one and a half times the interval', async () => {
      await ask('tracking-server', { isUp: false });
      const seconds = await secondsUntil(statusText('unavailable'));
      assert.ok(seconds < deathSeenWithinSeconds, `${seconds} s`);
      const seen = await hands({ do: 'waitForStatus', text: statusText('unavailable') });
      assert.match(seen, /\(upstream\.refused\)/);
      assert.doesNotMatch(seen, /\.\./, 'what is read aloud');
      await hands({ do: 'screenshot', name: 'host-server-away' });
    });

    it('is told once, however often a diagnosis is made, with what helps before a setting', async () => {
      await diagnose('✗ | Tracking server');
      await hands({ do: 'waitForNotification', text: refused });
      await diagnose('✗ | Tracking server');
      // The editor takes some frames to put the second in the place of the first.
      let buttons = '';
      await until(async () => {
        buttons = await hands({ do: 'buttons', text: refused });
        return buttons !== '' && !buttons.includes('\n');
      });
      assert.equal(buttons, 'Try Again, Change Setting, Copy Report, Show Log');
      await hands({ do: 'screenshot', name: 'host-server-away-told' });
    });

    it('is seen to be back within 15 s', async () => {
      await ask('tracking-server', { isUp: true });
      const seconds = await secondsUntil(statusText('connected'));
      assert.ok(seconds < returnSeenWithinSeconds, `${seconds} s`);
      assert.equal((await callMlflow(search)).status, 200);
    });

    it('leaves no diagnosis that is taken for true, and none of its notifications', async () => {
      await until(() =>
        diagnosis().includes('The connection has changed since then: choose "Check Again" above'),
      );
      await hands({ do: 'waitForNotificationToGo', text: refused });
      assert.equal(await hands({ do: 'buttons', text: '' }), '');
      await hands({ do: 'pressInTitle', label: 'Check Again' });
      await until(() => diagnosis().includes('✓ | Credential'));
      assert.match(diagnosis(), /^Checked at `?\d\d:\d\d:\d\d`?\.$/m);
      await hands({ do: 'screenshot', name: 'host-checked-again' });
    });
  });

  describe('a single sign-on of AWS that has expired', () => {
    const variables = ['HOME', 'AWS_EC2_METADATA_DISABLED', 'AWS_ENDPOINT_URL_SSO'];
    const found = variables.map((name) => [name, process.env[name]] as const);
    let home: string;

    before(async () => {
      home = await mkdtemp(join(tmpdir(), 'host-home-'));
      const tokenFile = join(home, aws.tokenFile);
      await mkdir(dirname(tokenFile), { recursive: true });
      await writeFile(join(home, '.aws', 'config'), aws.config);
      const expiresAt = new Date(Date.now() - 60_000).toISOString();
      await writeFile(tokenFile, JSON.stringify({ accessToken: 'of-yesterday', expiresAt }));
      Object.assign(process.env, {
        ...{ HOME: home, AWS_EC2_METADATA_DISABLED: 'true', AWS_ENDPOINT_URL_SSO: aws.endpoint },
      });
      await settings().update('aws.endpoint', aws.endpoint, ofUser);
      await settings().update('aws.region', aws.region);
      await settings().update('aws.secretId', aws.secretId);
      await settings().update('aws.profile', 'ml');
      await settings().update('provider', 'aws');
    });

    after(async () => {
      for (const [name, value] of found) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
      await settings().update('aws.endpoint', undefined, ofUser);
      await rm(home, { recursive: true });
    });

    it('is named, with the command that mends it', async () => {
      await hands({ do: 'waitForStatus', text: statusText('needsApproval') });
      const connecting = vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      await hands({
        do: 'answerDialog',
        shown: labels.approval('source', tracking.uri),
        button: labels.approve(),
      });
      await connecting;
      await hands({ do: 'waitForNotification', text: 'aws.ssoExpired' });
      const seen = await hands({ do: 'waitForStatus', text: statusText('failed') });
      assert.match(seen, /aws sso login --profile ml/);
      const { text } = await callMlflow(search);
      assert.match(text, /aws sso login --profile ml.*\(aws\.ssoExpired\)/);
    });

    it('is over once a terminal has signed in again, with no further act', async () => {
      const terminal = vscode.window.createTerminal({
        name: 'sign-in',
        shellPath: '/bin/sh',
        env: { HOME: home, PATH: `${aws.programs}:${process.env['PATH'] ?? ''}` },
      });
      terminal.sendText('aws sso login --profile ml');
      const seconds = await secondsUntil(statusText('connected'));
      assert.ok(seconds < returnSeenWithinSeconds, `${seconds} s`);
      await hands({ do: 'waitForNotificationToGo', text: 'aws.ssoExpired' });
      assert.equal((await callMlflow(search)).status, 200);
      terminal.dispose();
      // As it goes, the editor may take the focus from what is asked next.
      await until(async () => Promise.resolve(!vscode.window.terminals.includes(terminal)));
    });

    it('leaves the profile and the secret to be picked, by Enter alone', async () => {
      const changing = vscode.commands.executeCommand('mlflowSecretsAuth.configure');
      await hands({ do: 'pick', label: 'Source of the credential' });
      await hands({ do: 'accept', shown: `: ${labels.whichSource()}` });
      await hands({ do: 'waitForInput', shown: 'SSO corp' });
      await hands({ do: 'screenshot', name: 'pick-profile' });
      await hands({ do: 'accept', shown: labels.whichProfile() });
      await hands({ do: 'accept', shown: labels.regionPrompt() });
      await hands({ do: 'waitForInput', shown: aws.secretId });
      await hands({ do: 'screenshot', name: 'pick-aws' });
      await hands({ do: 'accept', shown: labels.whichSecret() });
      await changing;
      await hands({ do: 'waitForStatus', text: statusText('connected') });
      assert.equal(settings().get('aws.secretId'), aws.secretId);
    });
  });
}
