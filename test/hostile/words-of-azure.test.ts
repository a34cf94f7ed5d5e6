import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { section } from '../../src/settings/manifest.ts';
import { labels, statusText } from '../../src/vscode/labels.ts';
import { startCorporateProxy } from '../support/servers/corporate-proxy.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { KeyVaultDouble } from '../support/servers/key-vault-double.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { clientId, clientSecret, tenantId, TokenService } from '../support/servers/token-service.ts';
import { badLogLines, logOf } from './log-lines.ts';
import { ours } from './rows.ts';
import { writeSettingsFile } from './scene.ts';
import { setStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { Watcher } from './watcher.ts';
import type { HostileWindow } from './window.ts';
import { texts } from './words-in-settings.ts';

const vaultHost = 'mlflow.vault.azure.net';

/** Where Azure's words are on their way into the SDK and out of it. */
const ways = ['error', 'refusal', 'page', 'challenge', 'signIn', 'cli', 'version'] as const;
type Way = (typeof ways)[number];

/** The SDKs of Azure have sentences of their own about what they are told, and quote it in them. */
describe('Words of Azure, in the window', function () {
  this.timeout(10 * 60_000);
  const stops: (() => Promise<void>)[] = [];
  let folder: string;
  let stage: Stage;
  let watcher: Watcher;
  let window: HostileWindow;
  let vault: KeyVaultDouble;
  let tokens: TokenService;
  let round = 0;

  before(async () => {
    folder = await runFolder('hostile-azure');
    const certificates = await makeCertificates(folder, ['localhost', vaultHost]);
    tokens = await TokenService.start(certificates);
    stops.push(async () => tokens.stop());
    vault = await KeyVaultDouble.start(certificates, tokens);
    stops.push(async () => vault.stop());
    // The names of Azure lead to this machine.
    const proxy = await startCorporateProxy({ hosts: { [`${vaultHost}:${vault.port}`]: vault.port } });
    stops.push(async () => proxy.stop());
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin', 'az'), `#!/bin/sh\ncat '${said()}' >&2\nexit 1\n`);
    await chmod(join(folder, 'bin', 'az'), 0o700);
    const env = {
      HTTPS_PROXY: proxy.url,
      NO_PROXY: 'localhost,127.0.0.1',
      AZURE_AUTHORITY_HOST: tokens.url,
      AZURE_TENANT_ID: tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_CLIENT_SECRET: clientSecret,
    };
    stage = await setStage(folder, env, [join(folder, 'bin')]);
    stops.push(async () => stage.stop());
    watcher = new Watcher(stage);
    // Each connecting reads the secret.
    const own = { 'tls.caFile': certificates.caFile, 'cache.keep': 'memory' };
    await stage.trustEverything(ours(own));
    vault.secrets.set('mlflow', [{ value: 'canary-hostile-read' }]);
    await mkdir(join(folder, 'azure'));
    await write('environment');
    window = await stage.open(join(folder, 'azure'));
    await approve(labels.approvalTitle(stage.addresses.friend));
  });

  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  afterEach(() => {
    assert.deepEqual(stage.harm(), []);
    assert.deepEqual(watcher.take(), []);
  });

  /** What the Azure CLI says next. */
  function said(): string {
    return join(folder, 'said');
  }

  async function write(signIn: string): Promise<void> {
    round += 1;
    const values = ours({
      trackingUri: stage.addresses.friend,
      provider: 'azure',
      'azure.vaultUrl': `https://${vaultHost}:${vault.port}`,
      'azure.secretName': 'mlflow',
      'azure.signIn': signIn,
    });
    await writeSettingsFile(join(folder, 'azure'), { ...values, 'hostile.round': round });
  }

  async function approve(title: string): Promise<void> {
    const connecting = window.run(`${section}.connect`);
    await stage.workbench.answerDialog(title, labels.approve());
    await connecting;
  }

  async function say(way: Way, text: string): Promise<void> {
    vault.error = undefined;
    vault.page = undefined;
    vault.challenge = undefined;
    tokens.refusal = undefined;
    vault.secrets.set('mlflow', [{ value: 'canary-hostile-read' }]);
    switch (way) {
      case 'error':
        vault.error = { status: 400, code: text, innerCode: text, message: text };
        return;
      case 'refusal':
        vault.error = { status: 403, code: 'Forbidden', innerCode: text, message: text };
        return;
      case 'page':
        vault.page = { status: 502, body: text };
        return;
      case 'challenge':
        // No more fits into a field of HTTP.
        vault.challenge = `Bearer authorization="${inField(text)}", resource="${inField(text)}"`;
        return;
      case 'signIn':
        tokens.refusal = `AADSTS70011: ${text}`;
        return;
      case 'cli':
        await writeFile(said(), text);
        return;
      case 'version':
        vault.secrets.set('mlflow', [{ value: 'canary-hostile-read', version: text.slice(0, 2000) }]);
    }
  }

  /** A new client is made, and so a new sign-in, where the one before was refused. */
  async function seeWay(way: Way, name: string, text: string): Promise<void> {
    await say(way, text);
    if (way === 'version') {
      await window.run(`${section}.connect`);
      await watcher.seeTooltip(`${way}, ${name}`);
      return;
    }
    await watcher.seeConnecting(window, `${way}, ${name}`);
    await watcher.seeTooltip(`${way}, ${name}`);
  }

  it('connects, without them', async () => {
    await stage.workbench.statusBarItem(statusText('connected')).waitFor();
    assert.ok(vault.requests.some(({ withToken }) => withToken));
  });

  it('are no links, whatever the vault, the sign-in service or somebody on the way says', async () => {
    const others = ways.filter((way) => way !== 'cli');
    for (const [index, [name, text]] of texts.entries()) {
      const way = others[index % others.length] ?? 'error';
      await seeWay(way, name, text);
    }
    await watcher.seeDiagnosis(window, 'Azure');
  });

  it('are no links where the Azure CLI says them', async () => {
    await writeFile(said(), 'Please run az login');
    await write('azureCli');
    await window.settled(round);
    await approve(labels.approval('source', stage.addresses.friend));
    await window.run('notifications.clearAll');
    for (const [index, [name, text]] of texts.entries()) if (index % 3 === 0) await seeWay('cli', name, text);
    await watcher.seeDiagnosis(window, 'the Azure CLI');
  });

  it('have begun no line of the log, which has a problem of each kind', async () => {
    const { bad, lines } = await badLogLines(stage.logFolder);
    assert.ok(lines > 30, `${lines} lines`);
    const log = await logOf(stage.logFolder);
    for (const code of [
      'refusedRequest',
      'denied',
      'notKeyVault',
      'foreignChallenge',
      'signInRefused',
      'cliSignedOut',
      'cliFailed',
    ]) {
      assert.ok(log.includes(`(azure.${code})`), code);
    }
    assert.deepEqual(bad, []);
  });
});

function inField(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\xa0-\xff]/g, ' ').slice(0, 4000);
}
