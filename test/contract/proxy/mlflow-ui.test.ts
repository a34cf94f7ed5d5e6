import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { browserTicket } from '../../../src/connection/browser-ticket.ts';
import { startProxyWorker } from '../../../src/connection/proxy-worker.ts';
import type { Upstream } from '../../../src/proxy/messages.ts';
import { askBrowserWay } from '../../../src/vscode/links/browser-way.ts';
import { startMlflow } from '../../support/servers/mlflow.ts';
import type { MlflowServer } from '../../support/servers/mlflow.ts';
import { startGateway } from '../../support/servers/nginx-gateway.ts';
import type { Gateway } from '../../support/servers/nginx-gateway.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { ensure, tools } from '../../support/setup/parts.mjs';
import { packageFolder } from '../python/run-client.ts';
import { sessionToken, TestProxy, upstreamSecret } from './test-proxy.ts';

const admin = 'canary-admin-password';
const basic = `Basic ${Buffer.from(`admin:${admin}`).toString('base64')}`;

/** The browser's own guard of this machine is not what is tested. */
const ofThisMachine = '--disable-features=LocalNetworkAccessChecks';

/** Knows a Bearer token only, as services with an access token of their own do. */
const rules = (pass: string): string => `
  location / { if ($http_authorization != "Bearer ${upstreamSecret}") { return 401; }
    proxy_set_header Authorization "${basic}"; proxy_buffering off; ${pass} }`;

/** What a notebook shows of a trace, and keeps in its file, and the trace's id. */
const tracing = `
import mlflow
from mlflow.tracing.display.display_handler import get_notebook_iframe_html

with mlflow.start_span("seen-in-a-notebook") as span:
    span.set_outputs("what-it-returned")
mlflow.flush_trace_async_logging()
trace = mlflow.get_trace(mlflow.get_last_active_trace_id())
print(get_notebook_iframe_html([trace]))
`;
const editor = 'Mozilla/5.0 (X11; Linux x86_64) Code/1.105.0 Chrome/138.0.0.0 Electron/37.2.3 Safari/537.36';

const worker = fileURLToPath(new URL('../../../src/proxy/worker.ts', import.meta.url));

describe('The UI of a real MLflow behind a gateway that only knows tokens, in Chromium', function () {
  this.timeout(120_000);
  let mlflow: MlflowServer;
  let gateway: Gateway;
  let proxy: TestProxy;
  let browser: Browser;
  let page: Page;
  let experimentId: string;
  let runId: string;
  const failed: string[] = [];

  before(async function () {
    this.timeout(600_000);
    await ensure(['mlflow', 'load']);
    const folder = await runFolder('mlflow-ui');
    mlflow = await startMlflow({ folder, adminPassword: admin });
    gateway = await startGateway({
      folder: join(folder, 'rightful-secret-gateway'),
      origin: mlflow.origin,
      rules,
    });
    proxy = await TestProxy.start({ origin: gateway.origin });
    const experiments = '/api/2.0/mlflow/experiments/create';
    const created = (await mlflow.call('POST', experiments, { name: 'seen in the UI' })) as {
      readonly experiment_id: string;
    };
    experimentId = created.experiment_id;
    const made = (await mlflow.call('POST', '/api/2.0/mlflow/runs/create', {
      experiment_id: experimentId,
      run_name: 'a-run-to-see',
      start_time: Date.now(),
    })) as { readonly run: { readonly info: { readonly run_id: string } } };
    runId = made.run.info.run_id;
    for (const step of [1, 2, 3]) {
      await mlflow.call('POST', '/api/2.0/mlflow/runs/log-metric', {
        ...{ run_id: runId, key: 'accuracy', value: step / 4, timestamp: Date.now(), step },
      });
    }
    const artifact = `${proxy.origin}/api/2.0/mlflow-artifacts/artifacts/${experimentId}/${runId}/artifacts/notes.txt`;
    const authorization = `Bearer ${sessionToken}`;
    const put = await fetch(artifact, {
      method: 'PUT',
      headers: { authorization },
      body: 'text of the artifact',
    });
    assert.equal(put.status, 200, await put.text());
    browser = await chromium.launch({
      ...{ executablePath: tools.chromium(), headless: true },
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', ofThisMachine],
    });
    page = await browser.newPage();
    page.on('response', (response) => {
      if (response.status() >= 400) failed.push(`${response.status()} ${response.url()}`);
    });
  });
  after(async () => {
    await browser.close();
    await proxy.dispose();
    await gateway.stop();
    await mlflow.stop();
  });

  async function openAt(fragment: string): Promise<void> {
    const ticket = await browserTicket(proxy.port, sessionToken, `127.0.0.1:${proxy.port}`);
    assert.ok(ticket !== undefined);
    await page.goto(`${proxy.origin}/.mlflow-secrets-auth/open?ticket=${ticket}${fragment}`);
    await page.waitForURL((url) => url.href.startsWith(`${proxy.origin}/${fragment}`));
  }

  it('is opened through the local proxy, which the server is asked about', async () => {
    const upstream: Upstream = {
      ...{
        id: 'asked',
        origin: gateway.origin,
        basePath: '',
        httpProxy: undefined,
        clientCertificate: undefined,
      },
      trust: { kind: 'roots', added: [], isComplete: true },
    };
    const asking = {
      startProxyWorker: (listener: Parameters<typeof startProxyWorker>[1]) =>
        startProxyWorker(worker, listener),
      upstreamFor: async () => Promise.resolve(upstream),
    };
    assert.equal(await askBrowserWay({ origin: gateway.origin, basePath: '' }, asking), 'proxy');
    const itself = { ...upstream, origin: mlflow.origin };
    const ofItself = { ...asking, upstreamFor: async () => Promise.resolve(itself) };
    assert.equal(await askBrowserWay({ origin: mlflow.origin, basePath: '' }, ofItself), 'server');
  });

  it('shows a run from a printed link, its charts and its artifacts', async () => {
    await openAt(`#/experiments/${experimentId}/runs/${runId}`);
    await page.getByText('a-run-to-see').first().waitFor({ timeout: 90_000 });
    await page.getByText('accuracy').first().waitFor();
    await page.goto(`${proxy.origin}/#/experiments/${experimentId}/runs/${runId}/model-metrics`);
    await page.locator('.js-plotly-plot, canvas, svg.main-svg').first().waitFor({ timeout: 60_000 });
    await page.goto(`${proxy.origin}/#/experiments/${experimentId}/runs/${runId}/artifacts`);
    await page.getByText('notes.txt').first().click({ timeout: 60_000 });
    await page.getByText('text of the artifact').first().waitFor();
    assert.deepEqual(failed, []);
  });

  it('shows what is logged meanwhile', async () => {
    const path = `/ajax-api/2.0/mlflow/runs/get?run_id=${runId}`;
    await mlflow.call('POST', '/api/2.0/mlflow/runs/set-tag', { run_id: runId, key: 'live', value: 'now' });
    assert.match(String(await page.evaluate(`fetch('${path}').then((it) => it.text())`)), /"live"/);
  });

  it('changes what the user changes', async () => {
    const renamed = await page.evaluate(
      `fetch('/ajax-api/2.0/mlflow/runs/update', {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ run_id: '${runId}', run_name: 'renamed-in-the-ui' }) }).then((it) => it.status)`,
    );
    assert.equal(renamed, 200);
    await page.goto(`${proxy.origin}/#/experiments/${experimentId}/runs/${runId}`);
    await page.reload();
    await page.getByText('renamed-in-the-ui').first().waitFor({ timeout: 60_000 });
  });

  describe('as the frame of a trace in a notebook', () => {
    let saved: string;

    before(async () => {
      const { stdout } = await promisify(execFile)(tools.python('mlflow'), ['-c', tracing], {
        env: {
          ...{ PATH: process.env['PATH'], PYTHONPATH: packageFolder, PYTHONDONTWRITEBYTECODE: '1' },
          MLFLOW_TRACKING_URI: proxy.origin,
          MLFLOW_TRACKING_AUTH: 'mlflow-secrets-auth-vscode',
          MLFLOW_VSCODE_ADDRESS: proxy.origin,
          MLFLOW_VSCODE_UPSTREAM: gateway.origin,
          MLFLOW_VSCODE_SESSION: `${sessionToken}.`,
        },
      });
      saved = stdout.slice(stdout.indexOf('<div>'));
    });

    /** The notebook, in the editor or in a browser. */
    async function show(html: string, userAgent?: string): Promise<Page> {
      const context = await browser.newContext(userAgent === undefined ? {} : { userAgent });
      const notebook = await context.newPage();
      // A page of its own, as the renderer keeps something in the browser's storage.
      await notebook.route('http://notebook.example/', async (route) =>
        route.fulfill({ contentType: 'text/html', body: html }),
      );
      await notebook.goto('http://notebook.example/');
      return notebook;
    }

    it('shows it in the editor, signed in, and opens nothing else', async () => {
      const notebook = await show(saved, editor);
      const frame = notebook.frameLocator('iframe');
      await frame.getByText('seen-in-a-notebook').first().waitFor({ timeout: 90_000 });
      const [, inner] = notebook.frames();
      assert.ok(inner !== undefined);
      for (const path of [
        '/ajax-api/2.0/mlflow/experiments/search?max_results=9',
        '/api/2.0/mlflow/runs/get',
      ]) {
        assert.equal(await inner.evaluate(`fetch('${path}').then((it) => it.status)`), 401, path);
      }
      await notebook.context().close();
    });

    it('leads other browsers, and the pages that show it there, to the tracking server', async () => {
      const notebook = await show(saved);
      const [, inner] = notebook.frames();
      assert.ok(inner !== undefined);
      await inner.waitForURL((url) => url.origin === gateway.origin);
      assert.ok(!(await inner.content()).includes('seen-in-a-notebook'));
      await notebook.context().close();
    });

    it('is saved without the session token and the credential', () => {
      assert.match(saved, /\/\.mlflow-secrets-auth\/trace\/[\w-]{43}\.\/static-files\//);
      assert.ok(!saved.includes(sessionToken) && !saved.includes(upstreamSecret));
    });
  });

  it('knows neither the session token nor the credential', async () => {
    const kept = JSON.stringify([await page.context().storageState(), await page.content()]);
    assert.ok(!kept.includes(sessionToken) && !kept.includes(upstreamSecret) && !kept.includes(admin));
  });
});
