import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { tools } from '../../support/setup/parts.mjs';
import { proxyInFrontOf } from './fixture.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { sessionToken } from './test-proxy.ts';

/** What a page may try without its visitor's help. Each runs in the page, with the address of the local proxy. */
const attacks: Readonly<Record<string, (target: string) => string>> = {
  'a form, sent by GET': (target) => submit(target, 'get'),
  'a form, sent by POST': (target) => submit(target, 'post'),
  'a form of text that looks like JSON': (target) => submit(target, 'post', 'text/plain'),
  'a fetch that ignores the response': (target) =>
    `return fetch('${target}', { mode: 'no-cors' }).catch(String)`,
  'a fetch with cookies': (target) =>
    `return fetch('${target}', { mode: 'no-cors', credentials: 'include' }).catch(String)`,
  'a POST that ignores the response': (target) =>
    `return fetch('${target}', { mode: 'no-cors', method: 'POST', body: '{}' }).catch(String)`,
  'a fetch that reads the response': (target) =>
    `return fetch('${target}').then(() => { throw new Error('was let in') }, String)`,
  'a fetch with the token, which needs a preflight': (target) =>
    `return fetch('${target}', { headers: { authorization: 'Bearer ${sessionToken}' } }).then(() => { throw new Error('was let in') }, String)`,
  'a PUT, which needs a preflight': (target) =>
    `return fetch('${target}', { method: 'PUT', body: 'x' }).then(() => { throw new Error('was let in') }, String)`,
  'an image': (target) => element('img', 'src', target),
  'a script': (target) => element('script', 'src', target),
  'a style sheet': (target) => element('link', 'href', target, `it.rel = 'stylesheet';`),
  'a frame': (target) => element('iframe', 'src', target),
  'an object': (target) => element('object', 'data', target),
  'a beacon': (target) => `navigator.sendBeacon('${target}', 'x')`,
  'an event stream': (target) =>
    `return new Promise((done) => { const it = new EventSource('${target}'); it.onerror = () => { it.close(); done(0) }; it.onopen = () => done('was let in') })`,
  'a WebSocket': (target) =>
    `return new Promise((done, fail) => { const it = new WebSocket('${target}'.replace('http', 'ws')); it.onerror = () => done(0); it.onopen = () => fail(new Error('was let in')) })`,
};

function submit(target: string, method: string, enctype = 'application/x-www-form-urlencoded'): string {
  return `const name = 'sink' + document.forms.length;
    const form = document.createElement('form');
    Object.assign(form, { action: '${target}', method: '${method}', enctype: '${enctype}', target: name });
    const field = document.createElement('input');
    Object.assign(field, { name: '{"a', value: '":1}' });
    form.append(field);
    const sink = document.createElement('iframe');
    sink.name = name;
    document.body.append(sink, form);
    return new Promise((done) => { sink.onload = done; form.submit(); }).then(() => 0)`;
}

function element(tag: string, attribute: string, target: string, more = ''): string {
  return `return new Promise((done) => {
    const it = document.createElement('${tag}');
    ${more}
    it.onload = it.onerror = () => done(0);
    it.${attribute} = '${target}';
    document.body.append(it);
  })`;
}

async function openChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: tools.chromium(),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      // The browser's own guard of this machine is not what is tested.
      '--disable-features=LocalNetworkAccessChecks',
      // What DNS rebinding makes of a name.
      '--host-resolver-rules=MAP *.example 127.0.0.1',
    ],
  });
}

/** Whoever is signed in there is shown MLflow; the local proxy's credential is not in it. */
function isWithoutCredential({ requests }: Pick<RecordingUpstream, 'requests'>): boolean {
  return requests.every(({ fields }) => !fields.some((field) => /^authorization:/i.test(field)));
}

describe('A page of another origin, in Chromium', () => {
  const { proxy, upstream } = proxyInFrontOf(RecordingUpstream);
  let evil: Server;
  let browser: Browser;
  let page: Page;

  before(async () => {
    evil = createServer((_request, response) => {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><title>evil</title><body>');
    });
    evil.listen(0, '127.0.0.1');
    await once(evil, 'listening');
    browser = await openChromium();
  });

  after(async () => {
    await browser.close();
    evil.closeAllConnections();
    await new Promise((resolve) => evil.close(resolve));
  });

  beforeEach(async () => {
    page = await browser.newPage();
    await page.goto(`http://evil.example:${(evil.address() as AddressInfo).port}/`);
  });

  afterEach(async () => page.close());

  const denied = (): number => proxy.all('statistics').at(-1)?.statistics.denied ?? 0;

  async function isDenied(before: number): Promise<void> {
    await proxy.next('statistics', ({ statistics }) => statistics.denied > before);
    assert.deepEqual(upstream.requests, []);
  }

  for (const [name, script] of Object.entries(attacks)) {
    it(`gets nowhere with ${name}`, async () => {
      const before = denied();
      for (const host of ['127.0.0.1', 'localhost']) {
        const target = `http://${host}:${proxy.port}/api/2.0/mlflow/runs/create`;
        await page.evaluate(`(async () => { ${script(target)} })()`);
      }
      await isDenied(before + 1);
    });
  }

  it('gets nowhere by sending its visitor there', async () => {
    const before = denied();
    const target = `${proxy.origin}/api/x`;
    await page.evaluate(`location.href = '${target}'`);
    await page.waitForURL(target);
    await isDenied(before);
    assert.match((await page.textContent('body')) ?? '', /session token|Web pages/);
  });

  it('has its visitor see the tracking server itself where it sends them to the root, and reads nothing', async () => {
    await page.evaluate(`location.href = '${proxy.origin}/'`);
    await page.waitForURL(`${upstream.origin}/`);
    assert.ok(isWithoutCredential(upstream));
  });

  it('gets nowhere by rebinding its name to this machine, even if it knew the token', async () => {
    const before = denied();
    const own = `http://rebound.example:${proxy.port}`;
    // The page came from the attacker's server under this very origin, before the name was bound anew.
    await page.route(`${own}/`, async (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>rebound</title><body>' }),
    );
    await page.goto(`${own}/`);
    const answers = await page.evaluate(
      async ({ token }) => {
        const read = async (init: RequestInit): Promise<string> => {
          const response = await fetch('/api/2.0/mlflow/runs/search', init);
          return `${response.status} ${await response.text()}`;
        };
        const authorization = `Bearer ${token}`;
        return Promise.all([
          read({}),
          read({ headers: { authorization } }),
          read({ method: 'POST', body: '{}', headers: { authorization } }),
        ]);
      },
      { token: sessionToken },
    );
    for (const answer of answers) assert.match(answer, /^403 .*another host/);
    await isDenied(before + 2);
  });

  it('cannot read a response', async () => {
    const target = `${proxy.origin}/api/x`;
    const seen = await page.evaluate(
      `fetch('${target}', { mode: 'no-cors' }).then((answer) => answer.type + ' ' + answer.status)`,
    );
    assert.equal(seen, 'opaque 0');
  });
});

describe('An address that MLflow prints, in Chromium', () => {
  const { proxy, upstream } = proxyInFrontOf(RecordingUpstream);
  let browser: Browser;
  let page: Page;

  before(async () => {
    browser = await openChromium();
  });

  after(async () => browser.close());

  beforeEach(async () => {
    page = await browser.newPage();
  });

  afterEach(async () => page.close());

  const paths = (): readonly string[] => upstream.requests.map(({ target }) => target);

  it('of a run opens at the tracking server, without the credential', async () => {
    const run = '#/experiments/7/runs/5d2f';
    await page.goto(`${proxy.origin}/${run}`);
    assert.equal(page.url(), `${upstream.origin}/${run}`);
    assert.deepEqual(paths()[0], '/');
    assert.ok(isWithoutCredential(upstream));
  });

  it('of a trace is shown in the frame of a notebook, by the tracking server', async () => {
    const frame = '/static-files/lib/notebook-trace-renderer/index.html?trace_id=tr-1&experiment_id=7';
    await page.setContent(`<iframe src="${proxy.origin}${frame}"></iframe>`);
    await page.frameLocator('iframe').getByText('ok').waitFor();
    assert.ok(paths().includes(frame), paths().join(' '));
  });
});
