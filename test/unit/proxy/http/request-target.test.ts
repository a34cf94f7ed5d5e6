import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isSafeTarget, withOneSlash } from '../../../../src/proxy/http/request-target.ts';

const parts = fc.constantFrom(
  '/',
  '/',
  '/',
  '.',
  '..',
  'a',
  'b',
  '%2e',
  '%2E',
  '%2f',
  '%2F',
  '%5c',
  '%5C',
  '\\',
  '%25',
  '25',
  '2e',
  '%32',
  '%65',
  '%0a',
  '%',
  ';',
  '?',
  '#',
  ':',
  '@',
  '//',
  '%00',
  'evil.example',
  '~',
  '%c0%ae',
  '%e2%80%a6',
  ' ',
  '\t',
  '\0',
  'é',
  '*',
  'http:',
);
const targets = fc.array(parts, { maxLength: 12 }).map((all) => `/${all.join('')}`);

describe('A request’s target', () => {
  it('that is taken names a path of the tracking server, for those who resolve it, too', () => {
    fc.assert(
      fc.property(targets, (target) => {
        if (!isSafeTarget(target)) return;
        const url = new URL(target, 'https://mlflow.company.example');
        assert.equal(url.origin, 'https://mlflow.company.example');
        const path = target.split('?')[0] ?? '';
        // A browser's parser takes out dot segments, and reads `\` as `/`.
        assert.equal(url.pathname, path);
      }),
      { numRuns: 5000 },
    );
  });

  it('that is taken stays below its first segments however often it is decoded', () => {
    fc.assert(
      fc.property(targets, (target) => {
        if (!isSafeTarget(target)) return;
        let path = target.split('?')[0] ?? '';
        for (let round = 0; round < 4; round += 1) {
          assert.ok(round > 0 || !path.includes('\\'), path);
          assert.ok(!path.includes('\0'), path);
          const read = path.replaceAll('\\', '/');
          assert.ok(!read.split('/').some((segment) => segment === '.' || segment === '..'), read);
          path = path.replace(/%([0-9a-f]{2})/gi, (_all, code: string) =>
            String.fromCharCode(Number.parseInt(code, 16)),
          );
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('that hides a dot segment behind other encodings is not taken', () => {
    for (const path of [
      // The digits of an encoding are encoded themselves.
      '/a/%%32e%%32e/b',
      // Of Windows' HTTP.sys.
      '/a/%u002e%u002e/b',
      '/a/%U002E./b',
      '/a/%25u002e%25u002e/b',
      '/a/..%u2215b',
      '/a/%2',
      '/a/%',
      '/a/%25%32%65%25%32%65/b',
      '/a/%%32%65./b',
      '/a/%e0%80%ae%e0%80%ae/b',
      '/a/..%c1%9cb',
      // Some parsers take control characters out before they look at segments.
      '/a/.%0a./b',
      '/a/%09../b',
      '/a/..%0d/b',
      '/a/..%00x/b',
    ]) {
      assert.ok(!isSafeTarget(path), path);
    }
  });

  it('that begins with several slashes has another spelling, which leads to no other server', () => {
    fc.assert(
      fc.property(targets, (target) => {
        const respelled = withOneSlash(`/${target}`);
        if (respelled === undefined) return;
        assert.ok(isSafeTarget(respelled));
        assert.ok(target.startsWith('/') && target.endsWith(respelled));
        for (const base of ['http://127.0.0.1:5000/x', 'https://mlflow.company.example']) {
          assert.equal(new URL(respelled, base).origin, new URL(base).origin);
        }
      }),
      { numRuns: 5000 },
    );
    assert.equal(
      withOneSlash('//model-versions/get-artifact?path=../a'),
      '/model-versions/get-artifact?path=../a',
    );
    assert.equal(withOneSlash('/model-versions'), undefined);
  });

  it('that is nested deeply is read in one go: anybody may send one, and all others wait', () => {
    // To decode it as often as it changes would take minutes.
    assert.ok(isSafeTarget(`/%${'25'.repeat(2 ** 20)}`));
    assert.ok(!isSafeTarget(`/%${'25'.repeat(2 ** 20)}2e`));
  });

  it('of every kind that MLflow uses is taken', () => {
    for (const target of [
      '/',
      '/version',
      '/api/2.0/mlflow/runs/search',
      '/api/2.0/mlflow-artifacts/artifacts/0/abc/artifacts/model/MLmodel',
      '/api/2.0/mlflow-artifacts/artifacts?path=0%2Fabc%2Fartifacts',
      '/ajax-api/2.0/mlflow/get-artifact?path=a%2F..%2Fb&run_uuid=x',
      '/api/2.0/mlflow-artifacts/artifacts/0/a%20b/%E2%82%AC.png',
      '/api/2.0/mlflow-artifacts/artifacts/0/100%25/a%09b/..%20c',
      '/static-files/static/js/main.1a2b.js',
      '/api/2.0/mlflow/registered-models/get?name=a.b..c',
    ]) {
      assert.ok(isSafeTarget(target), target);
    }
  });
});
