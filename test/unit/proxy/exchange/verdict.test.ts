import assert from 'node:assert/strict';
import { verdictOfBody, verdictOfHead } from '../../../../src/proxy/exchange/verdict.ts';
import type { Verdict } from '../../../../src/proxy/exchange/verdict.ts';
import { parseResponseHead } from '../../../../src/proxy/http/response-head.ts';

const api = '/api/2.0/mlflow/runs/search';
const file = '/api/2.0/mlflow-artifacts/artifacts/report.json';

function verdictOf(type: string, target: string, text: string): Verdict {
  const lines = ['HTTP/1.1 200 OK', `Content-Type: ${type}`, `Content-Length: ${text.length}`, ''];
  const rewrite = { location: (value: string): string => value, credentialField: undefined };
  const head = parseResponseHead(lines.join('\r\n'), 'POST', rewrite);
  assert.ok(head);
  const request = {
    origin: 'http://mlflow.company.example',
    basePath: '',
    method: 'POST',
    target,
    purpose: 'api',
  } as const;
  return verdictOfBody(head, request, text);
}

describe('A web page in the place of an API’s response', () => {
  const signIn =
    '<!DOCTYPE html><html><body><form action="/login"><input type="password"></form></body></html>';

  for (const type of ['application/json', 'application/octet-stream', 'text/plain', 'text/html']) {
    it(`is a wall, whatever it calls itself: ${type}`, () => {
      assert.equal(verdictOf(type, api, signIn).kind, 'wall');
      assert.equal(verdictOf(type, api, '<html><body>Welcome</body></html>').kind, 'wall');
    });
  }

  it('is what was asked for where it is a file that calls itself something else', () => {
    assert.equal(verdictOf('application/json', file, signIn).kind, 'accepted');
  });

  it('is not what merely has markup in it', () => {
    for (const text of ['{"html":"<html>"}', '"<!doctype html>"', '<b>bold</b>'])
      assert.equal(verdictOf('application/json', api, text).kind, 'accepted');
  });
});

describe('A redirect to the same path, below another base path of the same server', () => {
  const target = '/api/2.0/mlflow/experiments/search';

  function redirected(method: string, status: number, isOfCheck = false): Verdict | undefined {
    const lines = [`HTTP/1.1 ${status} X`, `Location: /mlflow${target}`, 'Content-Length: 0', ''];
    const rewrite = { location: (value: string): string => value, credentialField: undefined };
    const head = parseResponseHead(lines.join('\r\n'), method, rewrite);
    assert.ok(head);
    const origin = 'http://mlflow.company.example';
    const request = { origin, basePath: '', method, target, purpose: 'api', isOfCheck } as const;
    return verdictOfHead(head, request, false);
  }

  const to = 'http://mlflow.company.example/mlflow';
  const moved = { kind: 'trouble', trouble: { code: 'upstream.moved', to, isElsewhere: false } };

  it('is named where a program would ask again without what it asked', () => {
    for (const status of [301, 302, 303]) assert.deepEqual(redirected('POST', status), moved);
  });

  it('is followed where the question stays the same', () => {
    assert.deepEqual(redirected('POST', 307), { kind: 'nothing' });
    assert.deepEqual(redirected('GET', 302), { kind: 'nothing' });
  });

  it('is named to a window that asks what the address is like', () => {
    for (const status of [302, 308]) assert.deepEqual(redirected('GET', status, true), moved);
  });
});
