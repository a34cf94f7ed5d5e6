import { mkdir, writeFile } from 'node:fs/promises';
import { once, EventEmitter } from 'node:events';
import { dirname, join } from 'node:path';
import { vaultSource } from '../../demo/sources/vault.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { startMlflow } from '../support/servers/mlflow.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { checkout, tools } from '../support/setup/parts.mjs';
import { run } from '../support/setup/run.mjs';
import { openBrowser } from '../support/workbench/browser.ts';
import { installExtensions, startEditorServer } from '../support/workbench/editor-server.ts';
import { packNotebookKernel } from '../support/workbench/notebook-kernel.ts';
import { Workbench } from '../support/workbench/workbench.ts';
import { bundleSuites } from './bundle.ts';
import { openChannel } from './channel.ts';
import type { FromSuite, Outcome } from './channel.ts';
import { startEvilServer } from './evil-server.ts';
import { makeHands } from './hands.ts';
import { givenVariable } from './inside/outside.ts';
import type { Given } from './inside/outside.ts';
import { nothingIsLeft, restrictedMode } from './outside.ts';

/** Milliseconds for all tests of one window. */
const patience = 5 * 60_000;

const outcomes: Outcome[] = [];
const stops: (() => Promise<unknown>)[] = [];

function record(outcome: Outcome): void {
  outcomes.push(outcome);
  const mark = { passed: '✓', failed: '✗', skipped: '-' }[outcome.state];
  console.log(`  ${mark} ${outcome.title}${outcome.error === undefined ? '' : `\n${outcome.error}`}`);
}

async function test(title: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
    record({ title, state: 'passed' });
  } catch (error) {
    record({ title, state: 'failed', error: error instanceof Error ? (error.stack ?? '') : String(error) });
  }
}

async function main(): Promise<void> {
  const folder = await runFolder('host');
  const editorFolder = join(folder, 'editor');
  const project = join(folder, 'project');
  await mkdir(project);
  await run('package', tools.node(), [join(checkout, 'test/support/package/main.mjs')], { cwd: checkout });
  const vsixFiles = [join(checkout, 'mlflow-secrets-auth.vsix'), await packNotebookKernel(folder)];
  const suites = await bundleSuites();
  const password = 'canary-host-password';
  const mlflow = await startMlflow({ folder: join(folder, 'mlflow-server'), adminPassword: password });
  stops.push(async () => mlflow.stop());
  const certificates = await makeCertificates(folder, ['localhost']);
  const vault = await vaultSource({ folder, signIn: { user: mlflow.user, password }, certificates });
  stops.push(vault.stop);
  const evil = await startEvilServer();
  stops.push(async () => evil.stop());

  const window = Promise.withResolvers<Workbench>();
  let phase = 'first';
  const ended = new EventEmitter();
  const hands = makeHands({
    workbench: window.promise,
    evil,
    vaultToken: vault.secrets[0]!,
    password,
    phase: () => phase,
  });
  const channel = await openChannel(async (message: FromSuite) => {
    switch (message.type) {
      case 'hands':
        return hands[message.name]!(...message.args);
      case 'outcome':
        record(message.outcome);
        return undefined;
      case 'end':
        return ended.emit('end');
    }
  });
  stops.push(async () => channel.stop());

  await installExtensions(editorFolder, vsixFiles);
  const vaultAddress = String(vault.projectSettings['mlflowSecretsAuth.vault.address']);
  const given: Given = {
    channel: channel.url,
    trackingUri: mlflow.origin,
    user: mlflow.user,
    vaultAddress,
    evilOrigin: evil.origin,
  };
  const server = await startEditorServer({
    folder: editorFolder,
    settings: {},
    path: [dirname(tools.python('mlflow'))],
    env: { [givenVariable]: JSON.stringify(given) },
    smokeTestDriver: true,
  });
  stops.push(async () => server.stop());
  const remote = `vscode-remote://127.0.0.1:${server.port}`;
  const payload = [
    ['extensionDevelopmentPath', `${remote}${join(checkout, 'test/support/workbench/notebook-kernel')}`],
    ['extensionTestsPath', `${remote}${suites}`],
    ['skipWelcome', 'true'],
  ];
  const address = `${server.origin}/?folder=${encodeURIComponent(project)}`;
  const url = `${address}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
  console.log('VS Code server with its web workbench in headless Chromium');
  const firstEnd = once(ended, 'end', { signal: AbortSignal.timeout(patience) });
  const browser = await openBrowser(editorFolder, url);
  stops.push(async () => browser.close());
  const workbench = new Workbench(browser.page);
  window.resolve(workbench);
  try {
    await firstEnd;
    phase = 'reloaded';
    const secondEnd = once(ended, 'end', { signal: AbortSignal.timeout(patience) });
    await workbench.reload();
    await secondEnd;
    await test('Restricted Mode resolves nothing', async () =>
      restrictedMode(browser.page, { folder, origin: server.origin, evil }));
  } catch (error) {
    await workbench.screenshot(join(checkout, 'out', 'host', 'failed.png')).catch(() => undefined);
    throw error;
  }
  await test('secrets are in no settings, state file or log', async () =>
    nothingIsLeft([editorFolder, project], [password, ...vault.secrets]));
}

try {
  await main();
} catch (error) {
  record({
    title: 'host suite',
    state: 'failed',
    error: error instanceof Error ? (error.stack ?? '') : String(error),
  });
} finally {
  for (const stop of stops.reverse()) await stop().catch((error: unknown) => console.error(error));
}
const count = (state: Outcome['state']): number =>
  outcomes.filter((outcome) => outcome.state === state).length;
const result = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
console.log(`\n${result.passed} passed, ${result.failed} failed`);
const file = process.env['SUITE_RESULT'];
if (file !== undefined) await writeFile(file, JSON.stringify(result));
process.exit(result.failed > 0 ? 1 : 0);
