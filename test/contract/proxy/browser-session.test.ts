import assert from 'node:assert/strict';
import { proxyInFrontOf } from './fixture.ts';
import { statuses } from './raw-client.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { bearer, sessionToken, upstreamSecret } from './test-proxy.ts';
import type { TestProxy } from './test-proxy.ts';

const ticketPath = '/.mlflow-secrets-auth/ticket';
const navigation = ['Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'];
const ofOwnPage = ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Mode: cors', 'Sec-Fetch-Dest: empty'];

/** A whole response, though the connection may stay open after it. */
async function answer(proxy: TestProxy, bytes: string): Promise<string> {
  const client = await proxy.connect(bytes);
  const isWhole = (text: string): boolean => {
    const end = text.indexOf('\r\n\r\n');
    const [head, body] = [text.slice(0, end), text.slice(end + 4)];
    const length = /^Content-Length: (\d+)/im.exec(head)?.[1];
    const isHead = bytes.startsWith('HEAD ');
    return end !== -1 && length !== undefined && (isHead || body.length >= Number(length));
  };
  const text = await client.has((text) => isWhole(text) || client.isEnded, 'the whole response');
  client.destroy();
  return text;
}

async function ticketOf(proxy: TestProxy, path = ticketPath): Promise<string> {
  const text = await answer(proxy, proxy.request(`POST ${path}`, 'Content-Length: 0', 'Connection: close'));
  assert.deepEqual(statuses(text), [200], text);
  return bodyOf(text);
}

const bodyOf = (text: string): string => text.slice(text.indexOf('\r\n\r\n') + 4);

/** As a browser sends it, without the token. */
function browserRequest(
  proxy: TestProxy,
  line: string,
  fields: readonly string[],
  host = proxy.host,
): string {
  return [`${line} HTTP/1.1`, host, 'Connection: close', ...fields, '', ''].join('\r\n');
}

async function open(proxy: TestProxy, ticket: string, ...fields: readonly string[]): Promise<string> {
  const target = `GET /.mlflow-secrets-auth/open?ticket=${ticket}`;
  return answer(proxy, browserRequest(proxy, target, ['Sec-Fetch-Site: none', ...navigation, ...fields]));
}

const cookieOf = (text: string): string | undefined => /^Set-Cookie: ([^;]+);/im.exec(text)?.[1];

async function signIn(proxy: TestProxy): Promise<string> {
  const cookie = cookieOf(await open(proxy, await ticketOf(proxy)));
  assert.ok(cookie !== undefined);
  return `Cookie: ${cookie}`;
}

describe('A browser that the window opens', () => {
  const { proxy, upstream } = proxyInFrontOf(RecordingUpstream);
  let cookie: string;

  before(async () => {
    cookie = await signIn(proxy);
  });

  const ask = async (line: string, ...fields: readonly string[]): Promise<string> =>
    answer(proxy, browserRequest(proxy, line, fields));

  it('gets a cookie that no script reads and no other site sends, and its ticket leaves the address', async () => {
    const text = await open(proxy, await ticketOf(proxy));
    assert.match(
      text,
      new RegExp(
        `^Set-Cookie: mlflow-secrets-auth-${proxy.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict\r$`,
        'm',
      ),
    );
    assert.match(text, /data-to="\/"/);
    assert.match(text, /location\.replace/);
    assert.ok(!text.includes(sessionToken) && !text.includes(upstreamSecret));
  });

  it('is shown the UI, with the credential and without anything of this machine', async () => {
    const text = await ask(
      'GET /',
      cookie,
      'Referer: http://127.0.0.1/',
      ...ofOwnPage.with(1, 'Sec-Fetch-Mode: navigate'),
    );
    assert.deepEqual(statuses(text), [200]);
    const [request] = upstream.requests;
    assert.ok(request !== undefined);
    assert.ok(request.fields.some((field) => field.includes(upstreamSecret)));
    assert.ok(!/cookie|referer|sec-fetch-site/i.test(request.fields.join('\n')), request.fields.join('\n'));
  });

  it('gets each event of a stream when it happens', async () => {
    let goOn: (() => void) | undefined;
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: first\n\n');
      goOn = () => response.end('data: last\n\n');
    };
    const stream = 'GET /ajax-api/3.0/mlflow/assistant/stream';
    const client = await proxy.connect(
      browserRequest(proxy, stream, [cookie, 'Accept: text/event-stream', ...ofOwnPage]),
    );
    await client.has((text) => text.includes('data: first'), 'the first event');
    assert.ok(!client.text.includes('data: last'));
    goOn?.();
    await client.has((text) => text.includes('data: last'), 'the last event');
    upstream.answer = (_request, response) => response.end('ok');
    client.destroy();
  });

  it('is told that nobody may show the page in a frame, keep it, or reach other programs here from it', async () => {
    upstream.answer = (_request, response) =>
      response
        .writeHead(404, {
          'www-authenticate': 'Basic realm="x"',
          'cache-control': 'max-age=99999',
          'clear-site-data': '"*"',
          'service-worker-allowed': '/',
          'set-cookie': 'a=canary',
          'content-security-policy-report-only': "default-src 'none'; report-uri http://127.0.0.1:1/canary",
          'content-security-policy': "img-src 'none'; report-uri http://127.0.0.1:1/canary",
          'content-type': 'text/plain',
        })
        .end('no');
    const text = await ask('GET /static-files/x.js', cookie, ...ofOwnPage);
    upstream.answer = (_request, response) => response.end('ok');
    assert.match(text, /^Content-Security-Policy: .*frame-ancestors 'self'/m);
    assert.match(text, /^content-security-policy: img-src 'none'; \r$/m);
    assert.match(text, /^Cache-Control: no-store\r$/m);
    assert.doesNotMatch(text, /www-authenticate|max-age|clear-site-data|service-worker-allowed|canary/i);
  });

  for (const line of [
    'GET /ajax-api/2.0/mlflow/experiments/search?max_results=1',
    'GET /ajax-api/2.0/mlflow-artifacts/artifacts/x',
    'GET /get-artifact?path=a&run_uuid=b',
    'GET /model-versions/get-artifact?path=a',
    'GET /static-files/static/js/main.js',
    'GET /version',
    'HEAD /',
  ]) {
    it(`may read as the UI does: ${line}`, async () => {
      assert.deepEqual(statuses(await ask(line, cookie, ...ofOwnPage)), [200]);
    });
  }

  for (const line of [
    'POST /ajax-api/2.0/mlflow/runs/search',
    'POST /ajax-api/3.0/mlflow/traces/search?a=%2F',
    'POST /ajax-api/2.0/preview/mlflow/runs/search',
    'POST /graphql',
    'PATCH /ajax-api/2.0/mlflow/experiments/update',
    'POST /ajax-api/2.0/mlflow/upload-artifact?path=eval_results_table.json&run_uuid=0a1b',
    'DELETE /ajax-api/2.0/mlflow/registered-models/delete',
    'POST /gateway/mlflow/v1/chat/completions',
  ]) {
    it(`may write as the UI does, and only from its own page: ${line}`, async () => {
      const write = [cookie, 'Content-Length: 0', ...ofOwnPage];
      assert.deepEqual(statuses(await ask(line, ...write, `Origin: ${proxy.origin}`)), [200]);
      upstream.forget();
      assert.deepEqual(statuses(await ask(line, ...write)), [401]);
      assert.deepEqual(statuses(await ask(line, ...write, 'Origin: http://127.0.0.1:8888')), [403]);
      assert.deepEqual(statuses(await ask(line, ...write, 'Origin: null')), [403]);
      assert.deepEqual(upstream.requests, []);
    });
  }

  /** Each alone is enough to be let in nowhere. */
  const wrong: Readonly<Record<string, readonly string[]>> = {
    'no cookie': ofOwnPage,
    'a cookie of another name': ['Cookie: mlflow-secrets-auth=x', ...ofOwnPage],
    'no word of where it comes from': [],
    'a page of another site': ['Sec-Fetch-Site: cross-site', ...ofOwnPage.slice(1)],
    'a page of another port of this machine': ['Sec-Fetch-Site: same-site', ...ofOwnPage.slice(1)],
    'two words of where it comes from': [...ofOwnPage, 'Sec-Fetch-Site: same-origin'],
    'a script from nowhere': ['Sec-Fetch-Site: none', ...ofOwnPage.slice(1)],
    'a frame from nowhere': ['Sec-Fetch-Site: none', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe'],
    'a service worker': [...ofOwnPage.slice(0, 2), 'Sec-Fetch-Dest: serviceworker'],
    'another origin': [...ofOwnPage, 'Origin: http://evil.example'],
    'a token that is guessed': [...ofOwnPage, 'Authorization: Bearer guessed'],
    'a forwarding field': [...ofOwnPage, 'X-Forwarded-For: 10.0.0.1'],
    'a second cookie field': [...ofOwnPage, 'Cookie: a=b'],
  };
  for (const [name, fields] of Object.entries(wrong)) {
    it(`is not let in with ${name}`, async () => {
      const isWithout = name === 'no cookie' || name.startsWith('a cookie of');
      const text = await ask(
        'GET /ajax-api/2.0/mlflow/runs/get?run_id=x',
        ...(isWithout ? [] : [cookie]),
        ...fields,
      );
      assert.ok([401, 403].includes(statuses(text)[0] ?? 0), text);
      assert.deepEqual(upstream.requests, []);
      assert.ok(!text.includes('ok\r\n') && !text.endsWith('ok'));
    });
  }

  for (const host of ['rebound.example', '127.0.0.1:1', 'localhost.evil.example']) {
    it(`is not let in by another name: ${host}`, async () => {
      const text = await answer(
        proxy,
        browserRequest(proxy, 'GET /', [cookie, ...ofOwnPage], `Host: ${host}`),
      );
      assert.deepEqual(statuses(text), [403]);
      assert.deepEqual(upstream.requests, []);
    });
  }

  for (const line of [
    'POST /api/2.0/mlflow/runs/create',
    'GET /api/2.0/mlflow/runs/get?run_id=x',
    'PUT /api/2.0/mlflow-artifacts/artifacts/x',
    'PUT /ajax-api/2.0/mlflow-artifacts/artifacts/1/r/artifacts/model/model.pkl',
    'POST /ajax-api/2.0/mlflow-artifacts/mpu/create/x',
    'DELETE /ajax-api/2.0/mlflow-artifacts/artifacts/x',
    'PUT /ajax-api/2.0/mlflow%2Dartifacts/artifacts/x',
    'PUT /ajax-api/2.0/%6dlflow-artifacts/artifacts/x',
    'PUT /ajax-api/2%2E0/mlflow-artifacts/artifacts/x',
    'PUT /ajax-api/2.0%2Fmlflow-artifacts/artifacts/x',
    'PUT /ajax-api/2.0/mlflow-artifacts;a/artifacts/x',
    'PUT /ajax-api/2.0//mlflow-artifacts/artifacts/x',
    'PUT /ajax-api/2.0/mlflow-artifacts',
    'PUT /ajax-api/2.0/preview/mlflow-artifacts/artifacts/x',
    'POST /ajax-api/2.0/mlflow/upload-artifact?path=eval_results_table.json&run_uuid=r&path=model.pkl',
    'POST /ajax-api/2.0/mlflow/upload-artifact?path=a/eval_results_table.json&run_uuid=r',
    'POST /ajax-api/2.0/mlflow/upload-artifact?run_uuid=r&path=model/model.pkl',
    'POST /ajax-api/3.0/mlflow/upload%2Dartifact?run_uuid=r&path=a',
    'POST /ajax-api/2.0/mlflow/%75pload-artifact?run_uuid=r&path=a',
    'POST /ajax-api/2.0/mlflow/%2575pload-artifact?run_uuid=r&path=a',
    'POST /ajax-api/2.0/mlflow//upload-artifact?run_uuid=r&path=a',
    'POST /ajax-api/2.0/mlflow/upload-artifact/',
    'POST /ajax-api/2.0/mlflow/;a=b/upload-artifact?run_uuid=r&path=a',
    'POST /ajax-api/2.0/mlflow/%3B/%2Fupload-artifact;x?run_uuid=r&path=a',
    'POST /ajax-api/2.0/preview/;x/mlflow/upload-artifact?run_uuid=r&path=a',
    'PUT /ajax-api/2.0/preview/;x//mlflow-artifacts/artifacts/x',
    'POST /v1/traces',
    'POST /',
    'POST /static-files/x',
    'DELETE /gateway/x',
    'OPTIONS /ajax-api/2.0/mlflow/runs/search',
    'GET /ajax-apis/x',
    'GET /oauth2/callback',
    'GET /anything',
  ]) {
    it(`opens no more than the UI: ${line}`, async () => {
      const text = await ask(line, cookie, 'Content-Length: 0', `Origin: ${proxy.origin}`, ...ofOwnPage);
      assert.ok([401, 403].includes(statuses(text)[0] ?? 0), text);
      assert.deepEqual(upstream.requests, []);
    });
  }

  it('gets no ticket, no proof and no token with its cookie', async () => {
    for (const line of [
      `POST ${ticketPath}`,
      `GET ${ticketPath}`,
      `GET /.mlflow-secrets-auth/proof?nonce=${'n'.repeat(32)}`,
      'GET /.mlflow-secrets-auth/',
      'POST /.mlflow-secrets-auth/open?ticket=x',
    ]) {
      const text = await ask(line, cookie, 'Content-Length: 0', `Origin: ${proxy.origin}`, ...ofOwnPage);
      assert.ok([401, 403].includes(statuses(text)[0] ?? 0), line + text);
    }
    // A page cannot leave Sec-Fetch-Site out, nor send the token, which it does not know; with it, it is denied all the same.
    const withToken = [bearer, 'Content-Length: 0', ...ofOwnPage];
    assert.deepEqual(statuses(await ask(`POST ${ticketPath}`, ...withToken)), [400]);
    assert.deepEqual(upstream.requests, []);
  });

  it('is let in once by a ticket, and by none that is guessed', async () => {
    const ticket = await ticketOf(proxy);
    assert.ok(cookieOf(await open(proxy, ticket)) !== undefined);
    for (const spent of [ticket, 'g'.repeat(43)]) {
      const text = await open(proxy, spent);
      assert.deepEqual(statuses(text), [403]);
      assert.equal(cookieOf(text), undefined);
    }
  });

  for (const [what, fields] of [
    ['a frame', ['Sec-Fetch-Site: none', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe']],
    ['a script', ofOwnPage],
    ['a program that is no browser', []],
  ] as const) {
    it(`is not let in by a ticket as ${what}, which spends none`, async () => {
      const ticket = await ticketOf(proxy);
      const text = await ask(`GET /.mlflow-secrets-auth/open?ticket=${ticket}`, ...fields);
      assert.ok([401, 403].includes(statuses(text)[0] ?? 0), text);
      assert.equal(cookieOf(text), undefined);
      assert.ok(cookieOf(await open(proxy, ticket)) !== undefined);
    });
  }

  it('knows the proxy by the port that it is forwarded to, where the window says so', async () => {
    const host = 'Host: 127.0.0.1:54321';
    const fields = ['Sec-Fetch-Site: cross-site', ...navigation];
    const opening = async (ticket: string): Promise<string> =>
      answer(proxy, browserRequest(proxy, `GET /.mlflow-secrets-auth/open?ticket=${ticket}`, fields, host));
    assert.equal(cookieOf(await opening(await ticketOf(proxy))), undefined);
    const forwarded = cookieOf(await opening(await ticketOf(proxy, `${ticketPath}?host=127.0.0.1:54321`)));
    assert.match(forwarded ?? '', /^mlflow-secrets-auth-54321=/);
    const there = [`Cookie: ${forwarded}`, ...ofOwnPage];
    assert.deepEqual(statuses(await answer(proxy, browserRequest(proxy, 'GET /', there, host))), [200]);
    // Not by the name of another browser's session.
    const own = `Cookie: ${forwarded?.replace('54321', String(proxy.port))}`;
    assert.deepEqual(statuses(await ask('GET /version', own, ...ofOwnPage)), [401]);
    assert.equal(
      statuses(
        await answer(
          proxy,
          proxy.request(`POST ${ticketPath}?host=evil.example:80`, 'Content-Length: 0', 'Connection: close'),
        ),
      )[0],
      400,
    );
  });

  it('is led to its page by a link of another page of this machine, and is not let in by it', async () => {
    const text = await ask('GET /', cookie, 'Sec-Fetch-Site: same-site', ...navigation);
    assert.deepEqual(statuses(text), [200]);
    assert.match(text, /location\.replace/);
    assert.equal(cookieOf(text), undefined);
    assert.deepEqual(upstream.requests, []);
  });

  it('is not counted among the programs of the user', async () => {
    const count = (): number => proxy.all('statistics').at(-1)?.statistics.requests ?? 0;
    await proxy.get('/of-python');
    await proxy.next('statistics', ({ statistics }) => statistics.requests > 0);
    const before = count();
    await ask('GET /', cookie, ...ofOwnPage);
    await proxy.get('/of-python');
    await proxy.next('statistics', ({ statistics }) => statistics.requests > before);
    assert.equal(count(), before + 1);
  });
});

describe('A browser that was let in', () => {
  const { proxy, upstream } = proxyInFrontOf(RecordingUpstream, { lifetime: 'test' });

  it('is shown another tracking server never', async () => {
    const cookie = await signIn(proxy);
    const asked = browserRequest(proxy, 'GET /version', [cookie, ...ofOwnPage]);
    assert.deepEqual(statuses(await answer(proxy, asked)), [200]);
    proxy.setUpstream(upstream.origin, { id: 'another' });
    assert.deepEqual(statuses(await answer(proxy, asked)), [421]);
  });

  it('is out with Disconnect and Revoke, and is told in words', async () => {
    const cookie = await signIn(proxy);
    const { port } = proxy;
    await proxy.listenAnew('canary-next-token');
    const host = `Host: 127.0.0.1:${proxy.port}`;
    const renamed = cookie.replace(String(port), String(proxy.port));
    const page = ['Sec-Fetch-Site: none', ...navigation];
    const text = await answer(proxy, browserRequest(proxy, 'GET /', [renamed, ...page], host));
    assert.deepEqual(statuses(text), [403]);
    assert.match(text, /Open MLflow/);
    assert.deepEqual(upstream.requests, []);
  });
});
