import assert from 'node:assert/strict';
import { createHmac, hash } from 'node:crypto';
import { admitRequest } from '../../../../src/proxy/admission/admit-request.ts';
import { BrowserSessions } from '../../../../src/proxy/admission/browser-sessions.ts';
import { SessionToken } from '../../../../src/proxy/admission/session-token.ts';

const port = 40123;
const options = { port, token: new SessionToken('canary-session'), browsers: new BrowserSessions() };
const renderer = '/static-files/lib/notebook-trace-renderer/index.html?trace_id=tr-1&trace_id=tr-2&version=3';

function addressOf(secret: string, keyPort: number, id = 'server'): string {
  const text = `trace-frame\n127.0.0.1:${keyPort}\n${id}`;
  const key = createHmac('sha256', hash('sha256', secret, 'buffer'))
    .update(text)
    .digest('base64url');
  return `/.mlflow-secrets-auth/trace/${key}.server`;
}

const frame = addressOf('canary-session', port) + renderer;
const origin = `http://127.0.0.1:${port}`;
const inEditor: Readonly<Record<string, string>> = {
  host: `127.0.0.1:${port}`,
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Code/1.105.0 Chrome/138.0.0.0 Electron/37.2.3 Safari/537.36',
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'iframe',
};
const ofFrame: Readonly<Record<string, string>> = {
  host: `127.0.0.1:${port}`,
  referer: origin + frame,
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
};

/** How it is let in, and for which target; or why it is not. */
function judge(target: string, fields: Readonly<Record<string, string>>, method = 'GET'): string {
  const lines = Object.entries(fields).filter(([, value]) => value !== '');
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${text}\r\n`);
  const read = admitRequest(head, 0, undefined, options);
  if (typeof read === 'string') return read;
  switch (read.kind) {
    case 'denied':
      return read.reason;
    case 'visit':
      return `visit ${read.target}`;
    case 'admitted':
      return `${read.letInBy === 'frame' ? 'frame' : 'other'} ${read.upstreamId} ${read.line.target}`;
    default:
      return read.kind;
  }
}

describe("A trace's frame in a notebook", () => {
  it('is shown signed in by the editor', () => {
    assert.equal(judge(frame, inEditor), `frame server ${renderer}`);
  });

  it('leads any other browser to the tracking server', () => {
    const browser = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/138.0.0.0 Safari/537.36';
    assert.equal(judge(frame, { ...inEditor, 'user-agent': browser }), `visit ${renderer}`);
    assert.equal(judge(frame, { ...inEditor, 'sec-fetch-dest': 'document' }), `visit ${renderer}`);
  });

  for (const [what, target, fields, reason] of [
    ['the key of another token', addressOf('canary-other', port) + renderer, {}, 'fetch-site'],
    ['the key for another port', addressOf('canary-session', 40124) + renderer, {}, 'fetch-site'],
    ['the key for another server', addressOf('canary-session', port, 'other') + renderer, {}, 'fetch-site'],
    ['another page', `${addressOf('canary-session', port)}/ajax-api/2.0/mlflow/runs/get`, {}, 'fetch-site'],
    ['a rebound name', frame, { host: `rebound.example:${port}` }, 'host'],
    ['a form', frame, { origin: 'http://evil.example' }, 'fetch-site'],
    ['a script', frame, { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }, 'fetch-site'],
    ['no browser', frame, { 'sec-fetch-site': '', 'sec-fetch-mode': '', 'sec-fetch-dest': '' }, 'no-token'],
  ] as const) {
    it(`is not opened with ${what}`, () => assert.equal(judge(target, { ...inEditor, ...fields }), reason));
  }

  for (const target of [
    '/static-files/static/js/5075.chunk.js',
    '/ajax-api/2.0/mlflow/get-trace-artifact?request_id=tr-1',
    '/ajax-api/3.0/mlflow/get-trace-artifact?request_id=tr-2&path=x',
    '/ajax-api/3.0/mlflow/traces/tr-1',
    '/ajax-api/2.0/mlflow/traces/tr-2/info',
  ]) {
    it(`loads ${target}`, () => assert.equal(judge(target, ofFrame), `frame server ${target}`));
  }

  for (const target of [
    '/',
    '/ajax-api/2.0/mlflow/get-trace-artifact?request_id=tr-3',
    '/ajax-api/2.0/mlflow/get-trace-artifact?request_id=tr-1&request_id=tr-3',
    '/ajax-api/2.0/mlflow/get-trace-artifact?run_id=1',
    '/ajax-api/3.0/mlflow/traces/tr-3',
    '/ajax-api/3.0/mlflow/traces/tr-1/assessments',
    '/ajax-api/3.0/mlflow/traces/search',
    '/ajax-api/2.0/mlflow/experiments/search?max_results=1',
    '/static-files/../api/2.0/mlflow/runs/get',
    '/api/3.0/mlflow/traces/tr-1',
    '/get-artifact?path=x&run_uuid=1',
  ]) {
    it(`does not load ${target}`, () => {
      const judged = judge(target, ofFrame);
      assert.ok(['no-token', 'malformed'].includes(judged), judged);
    });
  }

  it('changes nothing', () => {
    assert.equal(judge('/ajax-api/3.0/mlflow/traces/tr-1', { ...ofFrame, origin }, 'DELETE'), 'no-token');
    assert.equal(judge('/ajax-api/3.0/mlflow/traces/tr-1', { ...ofFrame, origin }, 'POST'), 'no-token');
  });

  const data = '/ajax-api/2.0/mlflow/get-trace-artifact?request_id=tr-1';
  for (const [what, fields] of [
    ['a page of another origin', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another port', { 'sec-fetch-site': 'same-site' }],
    ['no page', { referer: '' }],
    ['a page of ours without a key', { referer: `${origin}/` }],
    ['a page that has guessed', { referer: origin + addressOf('canary-guess', port) + renderer }],
    ['a page elsewhere', { referer: `http://evil.example${frame}` }],
    ['no browser', { 'sec-fetch-site': '', 'sec-fetch-mode': '', 'sec-fetch-dest': '' }],
    ['a navigation', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }],
    ['a service worker', { 'sec-fetch-dest': 'serviceworker' }],
    ['a forwarded request', { 'x-forwarded-for': '10.0.0.1' }],
  ] as const) {
    it(`opens nothing to ${what}`, () => {
      assert.ok(!judge(data, { ...ofFrame, ...fields }).startsWith('frame'));
    });
  }
});
