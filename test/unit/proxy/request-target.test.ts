import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isSafeTarget } from '../../../src/proxy/request-target.ts';

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
        assert.equal(url.pathname, path.replaceAll('\\', '/'));
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

  it('of every kind that MLflow uses is taken', () => {
    for (const target of [
      '/',
      '/version',
      '/api/2.0/mlflow/runs/search',
      '/api/2.0/mlflow-artifacts/artifacts/0/abc/artifacts/model/MLmodel',
      '/api/2.0/mlflow-artifacts/artifacts?path=0%2Fabc%2Fartifacts',
      '/ajax-api/2.0/mlflow/get-artifact?path=a%2F..%2Fb&run_uuid=x',
      '/api/2.0/mlflow-artifacts/artifacts/0/a%20b/%E2%82%AC.png',
      '/static-files/static/js/main.1a2b.js',
      '/api/2.0/mlflow/registered-models/get?name=a.b..c',
    ]) {
      assert.ok(isSafeTarget(target), target);
    }
  });
});
