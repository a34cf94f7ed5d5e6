import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
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

describe('MLflow’s UI through the local proxy, in Chromium', () => {
  const { proxy, upstream } = proxyInFrontOf(RecordingUpstream);
  let other: Server;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  /** What a hostile tracking server shows; what it finds out ends in the title. */
  let shown = '';

  before(async () => {
    other = createServer((_request, response) => {
      response
        .writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': '*' })
        .end('<!doctype html><title>other</title><body>');
    });
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    browser = await openChromium();
    upstream.answer = ({ target }, response) => {
      const isPage = target === '/' || target.endsWith('.html');
      response
        .writeHead(200, {
          'content-type': isPage ? 'text/html' : 'text/plain',
          'cache-control': 'max-age=9999',
        })
        .end(isPage ? `<!doctype html><title>MLflow</title><body>${shown}` : 'canary-data');
    };
  });

  after(async () => {
    await browser.close();
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
  });

  beforeEach(async () => {
    shown = '';
    context = await browser.newContext();
    page = await context.newPage();
  });

  afterEach(async () => context.close());

  const otherOrigin = (): string => `http://127.0.0.1:${(other.address() as AddressInfo).port}`;

  async function ticketAddress(fragment = ''): Promise<string> {
    const response = await fetch(`${proxy.origin}/.mlflow-secrets-auth/ticket`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sessionToken}` },
    });
    assert.equal(response.status, 200);
    return `${proxy.origin}/.mlflow-secrets-auth/open?ticket=${await response.text()}${fragment}`;
  }

  async function signIn(fragment = ''): Promise<void> {
    await page.goto(await ticketAddress(fragment));
    await page.waitForURL(`${proxy.origin}/${fragment}`);
    await page.waitForFunction("document.title === 'MLflow'");
  }

  it('opens signed in at the page of the link, and the ticket is gone from the address and the history', async () => {
    const run = '#/experiments/7/runs/5d2f?a=b%20c';
    await signIn(run);
    assert.ok(
      upstream.requests.every(({ fields }) => fields.some((field) => /^authorization:/i.test(field))),
    );
    assert.ok(!upstream.requests.some(({ target }) => target.includes('ticket')));
    assert.equal(await page.evaluate('document.cookie'), '');
    assert.equal(await page.evaluate('history.length'), 2);
    await page.reload();
    assert.equal(page.url(), `${proxy.origin}/${run}`);
  });

  it('opens where a page of another origin led to it, as the editor in a browser does', async () => {
    await page.goto(`http://workbench.example:${new URL(otherOrigin()).port}/`);
    await page.evaluate(`location.href = '${await ticketAddress('#/experiments')}'`);
    await page.waitForURL(`${proxy.origin}/#/experiments`);
    await page.waitForFunction("document.title === 'MLflow'");
  });

  it('reads and writes with the scripts of its own page', async () => {
    await signIn();
    const status = await page.evaluate(
      `fetch('/ajax-api/2.0/mlflow/runs/search', { method: 'POST', body: '{}' }).then((it) => it.status)`,
    );
    assert.equal(status, 200);
  });

  for (const [name, script] of Object.entries(attacks)) {
    for (const where of ['another site', 'another port of this machine']) {
      it(`is closed to a page of ${where} with ${name}`, async () => {
        await signIn();
        upstream.forget();
        const host = where === 'another site' ? 'evil.example' : '127.0.0.1';
        await page.goto(`http://${host}:${new URL(otherOrigin()).port}/`);
        const before = proxy.all('statistics').at(-1)?.statistics.denied ?? 0;
        for (const path of ['/ajax-api/2.0/mlflow/runs/delete', '/']) {
          const target = `${proxy.origin}${path}`;
          await page.evaluate(`(async () => { ${script(target)} })()`);
        }
        await proxy.next('statistics', ({ statistics }) => statistics.denied > before);
        assert.deepEqual(upstream.requests, []);
      });
    }
  }

  it('is not shown in a frame of another page, also one of this machine', async () => {
    await signIn();
    upstream.forget();
    for (const host of ['evil.example', '127.0.0.1']) {
      await page.goto(`http://${host}:${new URL(otherOrigin()).port}/`);
      await page.evaluate(element('iframe', 'src', `${proxy.origin}/`).replace('return ', ''));
      const [, frame] = page.frames();
      assert.notEqual(await frame?.title(), 'MLflow');
    }
    assert.deepEqual(upstream.requests, []);
  });

  it('leads who follows a printed link from another page of this machine to its page', async () => {
    shown = '<p id="shown">Runs</p>';
    await signIn();
    await page.goto(`${otherOrigin()}/`);
    await page.evaluate(`location.href = '${proxy.origin}/#/experiments/7'`);
    await page.waitForURL(`${proxy.origin}/#/experiments/7`);
    // The page of ours that leads there has the same address.
    await page.locator('#shown').waitFor();
    assert.equal(page.url(), `${proxy.origin}/#/experiments/7`);
  });

  it('says what to do where the session has ended', async () => {
    await signIn();
    await proxy.listenAnew(sessionToken);
    await context.addCookies([
      { name: `mlflow-secrets-auth-${proxy.port}`, value: 'x'.repeat(43), domain: '127.0.0.1', path: '/' },
    ]);
    await page.goto(`${proxy.origin}/`);
    assert.match((await page.textContent('body')) ?? '', /Open MLflow/);
  });

  describe('of a hostile tracking server', () => {
    /** Runs in its page, which the user has opened; resolves to what it gets. */
    const run = async (script: string): Promise<unknown> => {
      await signIn();
      return page.evaluate(`(async () => { ${script} })().then(String, String)`);
    };

    it('gets no ticket, no proof, no session token and no other path', async () => {
      const seen = await run(`
        const seen = [];
        for (const [method, path] of [
          ['POST', '/.mlflow-secrets-auth/ticket'],
          ['GET', '/.mlflow-secrets-auth/proof?nonce=${'n'.repeat(32)}'],
          ['GET', '/api/2.0/mlflow/runs/get'],
          ['POST', '/api/2.0/mlflow/runs/create'],
          ['PUT', '/api/2.0/mlflow-artifacts/artifacts/x'],
        ]) seen.push((await fetch(path, { method })).status);
        return seen.join();`);
      assert.match(String(seen), /^(?:40[13],){4}40[13]$/);
      assert.ok(!JSON.stringify(await context.storageState()).includes(sessionToken));
    });

    it('leaves no script behind that serves what is shown at the address later', async () => {
      const seen = await run(
        `return navigator.serviceWorker.register('/static-files/sw.js').then(() => 'is there')`,
      );
      assert.doesNotMatch(String(seen), /is there/);
      const kept = await run(`return (await fetch('/static-files/x.js')).headers.get('cache-control')`);
      assert.equal(kept, 'no-store');
    });

    it('reaches no other program of this machine, though it allows it', async () => {
      const seen = await run(`return fetch('${otherOrigin()}/').then((it) => it.status)`);
      assert.match(String(seen), /Failed to fetch/);
      const sent = await run(
        `const form = document.createElement('form'); form.action = '${otherOrigin()}/'; document.body.append(form); form.submit();
         await new Promise((done) => setTimeout(done, 300)); return location.origin`,
      );
      assert.equal(sent, proxy.origin);
    });
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
