import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setImmediate as afterThis } from 'node:timers/promises';
import { reportTitle, signInHeading } from '../../src/doctor/report.ts';
import { providerOf } from '../../src/providers/providers.ts';
import { scanForCanaries } from '../support/canary/scan.ts';
import { startMlflow } from '../support/servers/mlflow.ts';
import { startGateway } from '../support/servers/nginx-gateway.ts';
import { startMoto } from '../support/servers/moto.ts';
import { createSecret, homeRegion } from '../support/servers/moto-account.ts';
import { startOpenBao } from '../support/servers/openbao.ts';
import type { OpenBaoServer } from '../support/servers/openbao.ts';
import { startPlug } from '../support/servers/plug.ts';
import { portalAnswer, ssoConfig, ssoTokenFile } from '../support/servers/sso-portal.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { checkout, tools } from '../support/setup/parts.mjs';
import { openEditor } from '../support/workbench/editor.ts';
import {
  notebookKernel,
  packBundled,
  packExtension,
  packProduct,
  pythonExtension,
} from '../support/workbench/pack-extension.ts';
import { Terminal } from '../support/workbench/terminal.ts';
import type { Workbench } from '../support/workbench/workbench.ts';
import { Gateway, json } from '../contract/aws/gateway.ts';
import { startEvilServer } from './evil-server.ts';
import { startRunnerServer } from './runner-server.ts';
import type { Action, HostSuiteContext, SecretName } from './suite/hands.ts';

interface PartResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly report: string;
}

const folder = await runFolder('host');
const project = join(folder, 'project');
await mkdir(project, { recursive: true });
const secrets: Record<SecretName, string> = {
  password: 'canary-host-password',
  wrongPassword: 'canary-host-wrong-password',
  vaultToken: '',
  gatewayToken: 'canary-host-gateway-token',
};
const stops: (() => Promise<void>)[] = [];
const results: PartResult[] = [];
try {
  await runAll();
} catch (error) {
  console.error(error);
  results.push({ name: 'runner', passed: 0, failed: 1, report: String(error) });
} finally {
  for (const stop of stops.reverse()) await stop().catch((error: unknown) => console.error(error));
}
const total = results.reduce(
  (sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }),
  {
    passed: 0,
    failed: 0,
  },
);
const resultFile = process.env['SUITE_RESULT'];
const failures = results.flatMap(({ report }) =>
  [...report.matchAll(/^ *✗ (.*)$/gm)].map(([, title]) => title),
);
if (resultFile !== undefined) await writeFile(resultFile, JSON.stringify({ ...total, skipped: 0, failures }));
console.log(`host: ${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);

async function runAll(): Promise<void> {
  const plug = await startPlug();
  stops.push(async () => plug.pull());
  const trackingHost = `127.0.0.1:${plug.port}`;
  const mlflow = await startMlflow({
    folder: join(folder, 'mlflow'),
    adminPassword: secrets.password,
    hosts: [trackingHost],
  });
  stops.push(async () => mlflow.stop());
  const other = await startMlflow({
    folder: join(folder, 'other-mlflow'),
    adminPassword: secrets.password,
  });
  stops.push(async () => other.stop());
  plug.target = mlflow.port;
  const gateway = await startGateway({
    // Its configuration has both credentials in it.
    folder: join(folder, 'rightful-secret-gateway'),
    origin: mlflow.origin,
    rules: (pass) => onlyToken(pass, mlflow.user),
  });
  stops.push(async () => gateway.stop());
  const bao = await startOpenBao({ folder: join(folder, 'bao') });
  stops.push(async () => bao.stop());
  secrets.vaultToken = await prepareVault(bao, mlflow.user);
  const vault = await countingFront(bao.address);
  const evil = await startEvilServer();
  stops.push(async () => evil.stop());

  const uri = `http://${trackingHost}`;
  const code = `import mlflow\n\nmlflow.set_tracking_uri("${uri}/#/experiments")\n`;
  await writeFile(join(project, 'train.py'), code);
  const context: HostSuiteContext = {
    checkout,
    python: tools.python('mlflow'),
    pythonWithMcp: tools.python('mcp'),
    tracking: { uri, user: mlflow.user },
    otherTracking: { uri: other.origin },
    tokenTracking: { uri: gateway.origin },
    vault: { address: vault.address },
    aws: await prepareAws(mlflow.user),
    evilOrigin: evil.origin,
    folder: project,
    shown: {
      storedSource: providerOf({ provider: 'stored' }).name(),
      vaultSource: providerOf({ provider: 'vault' }).name(),
      diagnosisTitle: reportTitle(),
      signInHeading: signInHeading(),
    },
  };
  const parts = [
    ...(['restricted', 'connect', 'others', 'sideBar', 'switchServer', 'tokenServer', 'notebooks'] as const),
    ...(['reload', 'recovery'] as const),
  ];
  let due = 0;
  const window: { workbench?: Workbench } = {};
  let remembered: unknown;
  let reloading: Promise<void> | undefined;
  let beforeReload: number | undefined;
  let isDone = (): void => undefined;
  const done = new Promise<void>((resolve) => (isDone = resolve));
  const runner = await startRunnerServer({
    part: async () => Promise.resolve({ name: parts[due], context }),
    hands: async (action) => {
      if (window.workbench === undefined) throw new Error('there is no window yet');
      return { seen: await perform(window.workbench, action as Action) };
    },
    'tracking-server': async (body) => {
      const { isUp } = body as { isUp: boolean };
      await (isUp ? plug.putBack() : plug.pull());
    },
    'rejected-checks': async () => {
      const lines = (await readFile(mlflow.logFile, 'utf8')).split('\n');
      return { count: lines.filter((line) => line.includes('/users/current HTTP/1.1" 401')).length };
    },
    'vault-requests': async () => Promise.resolve({ requests: vault.requests(), beforeReload }),
    'evil-requests': async () => Promise.resolve({ requests: evil.requests }),
    'secrets-in': async (body) => {
      const { text } = body as { text: string };
      const names = Object.entries(secrets).filter(([, secret]) => text.includes(secret));
      return Promise.resolve({ names: names.map(([name]) => name) });
    },
    remember: async (body) => {
      remembered = body;
      return Promise.resolve();
    },
    remembered: async () => Promise.resolve(remembered),
    result: async (body) => {
      const result = body as PartResult;
      results.push(result);
      console.log(`  ${result.name}\n${result.report}`);
      due += 1;
      if (due === parts.length) isDone();
      if (parts[due] !== 'reload') return Promise.resolve({ isLast: due === parts.length });
      beforeReload = vault.requests();
      // Answered first, as the suite goes with the window that is reloaded; the next part is the new window's.
      reloading = afterThis().then(async () => window.workbench?.reload());
      return Promise.resolve({ isLast: true });
    },
  });
  stops.push(async () => runner.stop());
  const editor = await openEditor({
    folder: join(folder, 'editor'),
    project,
    vsixFiles: [
      await packProduct(),
      await packBundled(join(import.meta.dirname, 'suite'), folder),
      await packBundled(join(import.meta.dirname, 'consumer'), folder),
      await packExtension(pythonExtension, join(folder, 'python-extension.vsix')),
      await packExtension(notebookKernel, join(folder, 'notebook-kernel.vsix')),
    ],
    settings: {},
    env: { HOST_SUITE_URL: runner.url },
    // The stand-in for the Jupyter extension finds its Python there.
    path: [dirname(context.python)],
    opensLocalAddresses: true,
    browserSignIn: { origin: uri, username: mlflow.user, password: secrets.password },
  });
  stops.push(async () => editor.stop());
  window.workbench = editor.workbench;
  console.log(`  VS Code: ${editor.kind}`);
  await done;
  await reloading;
  for (const stop of stops.splice(0).reverse()) await stop();
  await searchForSecrets();
}

/** As services with an access token of their own do; MLflow behind it has its own sign-in. */
function onlyToken(pass: string, user: string): string {
  const basic = Buffer.from(`${user}:${secrets.password}`).toString('base64');
  return `location / { if ($http_authorization != "Bearer ${secrets.gatewayToken}") { return 401; }
    proxy_set_header Authorization "Basic ${basic}"; ${pass} }`;
}

async function prepareVault(bao: OpenBaoServer, username: string): Promise<string> {
  await bao.call('POST', 'secret/data/mlflow', { data: { username, password: secrets.password } });
  await bao.call('PUT', 'sys/policies/acl/mlflow', {
    policy:
      'path "secret/data/mlflow" { capabilities = ["read"] } path "secret/metadata/*" { capabilities = ["list"] }',
  });
  const { auth } = await bao.call('POST', 'auth/token/create', {
    policies: ['mlflow'],
    id: 'canary-host-vault-token',
  });
  return auth?.client_token ?? '';
}

/** A secret in moto, behind a portal for single sign-on, and a folder with the program that signs in there. */
async function prepareAws(username: string): Promise<HostSuiteContext['aws']> {
  const moto = await startMoto({ folder: join(folder, 'moto') });
  stops.push(async () => moto.stop());
  const secretId = 'mlflow/auth';
  const credential = { username, password: secrets.password };
  await createSecret(moto, { Name: secretId, SecretString: JSON.stringify(credential) });
  const gateway = await Gateway.start(moto);
  stops.push(async () => gateway.stop());
  gateway.answer = ({ action }) => {
    const answer = portalAnswer(action);
    return answer && json(answer);
  };
  const programs = join(folder, 'programs');
  const program = join(programs, 'aws');
  await mkdir(programs);
  const double = join(import.meta.dirname, 'aws_sso_login_double.py');
  await writeFile(program, `#!/bin/sh\nexec "${tools.python('mlflow')}" "${double}" "$@"\n`);
  await chmod(program, 0o755);
  return {
    ...{ endpoint: gateway.url, region: homeRegion, secretId, programs },
    ...{ config: ssoConfig('corp'), tokenFile: ssoTokenFile('corp') },
  };
}

/** Passes everything on to Vault, and counts it. */
async function countingFront(target: string): Promise<{ address: string; requests: () => number }> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    const pass = async (): Promise<void> => {
      const headers = { 'x-vault-token': String(request.headers['x-vault-token'] ?? '') };
      const answer = await fetch(target + (request.url ?? ''), { method: request.method ?? 'GET', headers });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    };
    pass().catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => count };
}

async function perform(workbench: Workbench, action: Action): Promise<string> {
  switch (action.do) {
    case 'pick':
      await workbench.pick(action.label);
      return '';
    case 'answer':
      if (action.secret) await workbench.answerSecretly(action.shown, secrets[action.text as SecretName]);
      else await workbench.answer(action.shown, action.text);
      return '';
    case 'answerDialog':
      return workbench.answerDialog(action.shown, action.button);
    case 'waitForDialog':
      await workbench.dialog().filter({ hasText: action.shown }).waitFor();
      return '';
    case 'holdEnter':
      await workbench.holdEnter(action.shown);
      return '';
    case 'waitForInput': {
      const box = await workbench.waitForInput(action.shown);
      return box.locator('input').first().inputValue();
    }
    case 'escape':
      await workbench.page.keyboard.press('Escape');
      return '';
    case 'waitForStatus': {
      const item = workbench.statusBarItem(action.text);
      await item.waitFor();
      return (await item.getAttribute('aria-label')) ?? '';
    }
    case 'accept':
      return workbench.accept(action.shown);
    case 'watch':
      await workbench.watch();
      return '';
    case 'seen':
      return (await workbench.seen()).join('\n');
    case 'waitForNotification':
      await workbench.notification(action.text).waitFor();
      return '';
    case 'waitForNotificationToGo':
      await workbench.notification(action.text).waitFor({ state: 'hidden' });
      return '';
    case 'buttons':
      return (await workbench.buttonsOf(action.text)).join('\n');
    case 'pressInTitle':
      await workbench.pressInTitle(action.label);
      return '';
    case 'waitForPreview':
      await workbench.inPreview(async (preview) =>
        preview.getByText(action.text, { exact: true }).first().scrollIntoViewIfNeeded(),
      );
      return '';
    case 'waitForTab':
      return workbench.waitForTab();
    case 'waitForPage':
      return workbench.waitForPage(action.text);
    case 'pressInNotification':
      await workbench.pressInNotification(action.text, action.button);
      return '';
    case 'openTerminalLink': {
      const tab = workbench.waitForTab();
      const [, address] = await Promise.all([new Terminal(workbench).openLink(action.text), tab]);
      return address;
    }
    case 'openOutputLink':
    case 'pressBelowCell': {
      const { page } = workbench;
      const found =
        action.do === 'openOutputLink'
          ? workbench.preview().locator('a')
          : page.locator('.notebook-editor .cell-status-item');
      const shown = workbench.waitForPage(action.page);
      const [, address] = await Promise.all([found.filter({ hasText: action.text }).first().click(), shown]);
      return address;
    }
    case 'waitForRow':
    case 'clickRow': {
      const row = workbench.sideBarRow(action.text);
      await row.waitFor();
      if (action.do === 'clickRow') await row.click();
      return (await row.getAttribute('aria-label')) ?? '';
    }
    case 'waitForWelcome':
      await workbench.welcome(action.text).waitFor();
      return '';
    case 'trustFolder':
      await workbench.trustFolder();
      return '';
    case 'screenshot': {
      const screenshots = join(checkout, 'out', 'host');
      await mkdir(screenshots, { recursive: true });
      await workbench.screenshot(join(screenshots, `${action.name}.png`));
      return '';
    }
  }
}

/** Settings, state files, logs, the browser's own storage: everything that the editor wrote. */
async function searchForSecrets(): Promise<void> {
  const leaks = await scanForCanaries(folder);
  for (const leak of leaks) console.error(`  A secret was written: ${leak}`);
  results.push({
    name: 'what was written',
    passed: leaks.length === 0 ? 1 : 0,
    failed: leaks.length === 0 ? 0 : 1,
    report: '',
  });
}
