import assert from 'node:assert/strict';
import { admitRequest } from '../../../../src/proxy/admission/admit-request.ts';
import { BrowserSessions } from '../../../../src/proxy/admission/browser-sessions.ts';
import { pageAt } from '../../../../src/proxy/admission/page-visit.ts';
import { SessionToken } from '../../../../src/proxy/admission/session-token.ts';

const options = { port: 40123, token: new SessionToken('canary-session'), browsers: new BrowserSessions() };
const renderer = '/static-files/lib/notebook-trace-renderer/index.html?trace_id=tr-1&version=3.17.2';

const browser: Readonly<Record<string, string>> = {
  host: '127.0.0.1:40123',
  'sec-fetch-site': 'none',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
};

function judge(fields: Readonly<Record<string, string>>, target = '/', method = 'GET'): string {
  const lines = Object.entries({ ...browser, ...fields }).filter(([, value]) => value !== '');
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const read = admitRequest(
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${text}\r\n`),
    0,
    undefined,
    options,
  );
  if (typeof read === 'string') return read;
  return read.kind === 'denied' ? read.reason : read.kind;
}

describe('A page that somebody opens in the browser', () => {
  for (const site of ['none', 'same-origin', 'cross-site', 'same-site']) {
    it(`is one where the link was on a page that is ${site}`, () => {
      assert.equal(judge({ 'sec-fetch-site': site }), 'visit');
    });
  }

  it('is one at localhost', () => {
    assert.equal(judge({ host: 'localhost:40123' }), 'visit');
  });

  it('is one in a frame for a trace only', () => {
    const inFrame = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' };
    assert.equal(judge(inFrame, renderer), 'visit');
    assert.equal(judge(inFrame), 'fetch-site');
  });

  for (const [what, fields, reason] of [
    ['a rebound name', { host: 'rebound.example:40123' }, 'host'],
    ['another port', { host: '127.0.0.1:40124' }, 'host'],
    ['a form of another page', { origin: 'http://evil.example' }, 'origin'],
    ['a forwarded port', { 'x-forwarded-for': '10.0.0.1' }, 'forwarded'],
    ['a token that is guessed', { authorization: 'Bearer guessed' }, 'wrong-token'],
    ['a script', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }, 'no-token'],
    ['no browser', { 'sec-fetch-mode': '' }, 'no-token'],
    ['an object', { 'sec-fetch-dest': 'object' }, 'no-token'],
  ] as const) {
    it(`is not one with ${what}`, () => assert.equal(judge(fields), reason));
  }

  it('is not one with another method', () => {
    assert.equal(judge({}, '/', 'POST'), 'no-token');
  });

  it('is where the tracking server has it, and nowhere else', () => {
    const root = { origin: 'https://mlflow.example', basePath: '' };
    const below = { origin: 'https://mlflow.example', basePath: '/mlflow' };
    assert.equal(pageAt('/', root), 'https://mlflow.example/');
    assert.equal(pageAt(renderer, root), `https://mlflow.example${renderer}`);
    assert.equal(pageAt('/mlflow', below), 'https://mlflow.example/mlflow/');
    assert.equal(pageAt('/mlflow/', below), 'https://mlflow.example/mlflow/');
    assert.equal(pageAt(`/mlflow${renderer}`, below), `https://mlflow.example/mlflow${renderer}`);
    for (const target of ['/api/2.0/mlflow/runs/get', '/?x', '//evil.example', '/graphql', '@evil.example']) {
      assert.equal(pageAt(target, root), undefined, target);
    }
    assert.equal(pageAt(renderer, below), undefined);
  });
});
