import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { startProxyWorker } from '../../../src/connection/proxy-worker.ts';
import { askBrowserWay } from '../../../src/vscode/links/browser-way.ts';
import type { BrowserWay } from '../../../src/vscode/links/browser-way.ts';
import { RespondingUpstream } from './responding-upstream.ts';

const worker = fileURLToPath(new URL('../../../src/proxy/worker.ts', import.meta.url));

interface Response {
  readonly status: number;
  readonly fields?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const html = { 'content-type': 'text/html' };
const ui: Response = { status: 200, fields: html, body: '<!doctype html><title>MLflow</title>' };
const data: Response = {
  status: 200,
  fields: { 'content-type': 'application/json' },
  body: '{"experiments": []}',
};
const signIn = 'https://login.microsoftonline.com/t/oauth2/v2.0/authorize?response_type=code';

/** The page, and what the UI asks first, where that is another response. */
const rows: Readonly<Record<string, readonly [page: Response, api: Response, way: BrowserWay | undefined]>> =
  {
    'an open server': [ui, data, 'server'],
    'a redirect to a sign-in': [{ status: 302, fields: { location: signIn } }, data, 'server'],
    'a redirect to a sign-in of its own': [
      { status: 303, fields: { location: '/oauth2/start?rd=%2F' } },
      data,
      'server',
    ],
    'a redirect elsewhere': [{ status: 301, fields: { location: '/other/' } }, data, undefined],
    'a sign-in page': [
      { status: 403, fields: html, body: '<title>Sign in</title><input type="password">' },
      data,
      'server',
    ],
    'a Basic challenge, as of MLflow itself': [
      { status: 401, fields: { 'www-authenticate': 'Basic realm="mlflow"' } },
      data,
      'server',
    ],
    'a challenge that browsers meet by themselves': [
      { status: 401, fields: { 'www-authenticate': 'Negotiate' } },
      data,
      'server',
    ],
    'a Bearer challenge': [{ status: 401, fields: { 'www-authenticate': 'Bearer' } }, data, 'proxy'],
    'no challenge': [{ status: 401, body: '{"message": "no token"}' }, data, 'proxy'],
    'a refusal': [{ status: 403, body: 'Forbidden' }, data, 'proxy'],
    'an open page whose data need a token': [ui, { status: 401, body: '{}' }, 'proxy'],
    'an open page whose data are refused': [ui, { status: 403, body: '{}' }, 'proxy'],
    'an open page whose data need a sign-in': [ui, { status: 302, fields: { location: signIn } }, 'server'],
    'a server in trouble': [{ status: 503, body: 'later' }, data, undefined],
    'no such page': [{ status: 404, body: 'none' }, data, undefined],
  };

describe('How a browser can be shown MLflow', function () {
  this.timeout(60_000);
  let upstream: RespondingUpstream;
  const asked: IncomingMessage[] = [];

  before(async () => {
    upstream = await RespondingUpstream.start();
  });
  after(async () => upstream.stop());
  beforeEach(() => {
    asked.length = 0;
  });

  const ask = async (basePath = ''): Promise<BrowserWay | undefined> => {
    const { origin } = upstream;
    return askBrowserWay(
      { origin, basePath },
      {
        startProxyWorker: (listener) => startProxyWorker(worker, listener),
        upstreamFor: async () =>
          Promise.resolve({
            ...{ id: 'asked', origin, basePath, httpProxy: undefined, clientCertificate: undefined },
            trust: { kind: 'roots', added: [], isComplete: true },
          }),
      },
    );
  };

  for (const [name, [page, api, way]] of Object.entries(rows)) {
    it(`is ${way ?? 'not known'} by ${name}, asked without a credential`, async () => {
      upstream.respond = async (request: IncomingMessage, response: ServerResponse) => {
        asked.push(request);
        const { status, fields, body } = request.url === '/mlflow/' ? page : api;
        response.writeHead(status, fields).end(body);
        return Promise.resolve();
      };
      assert.equal(await ask('/mlflow'), way);
      assert.ok(asked.length <= 2, String(asked.length));
      for (const { headers } of asked) {
        assert.equal(headers.authorization, undefined);
        assert.match(headers.accept ?? '', /^text\/html/);
      }
    });
  }
});
