import assert from 'node:assert/strict';
import { headForBrowser } from '../../../../src/proxy/exchange/browser-head.ts';
import { cpuMs } from '../../../support/cpu-time.ts';

/** The fields that a browser gets for these of a tracking server. */
function fieldsFor(...fields: readonly string[]): string {
  const head = ['HTTP/1.1 200 OK', ...fields, '', ''].join('\r\n');
  return headForBrowser(Buffer.from(head), false).toString();
}

describe('the head of a response for a browser', () => {
  const place = 'http://127.0.0.1:8888/collector';
  const policies = [
    `img-src 'none'; report-uri ${place}`,
    `report-uri ${place}; img-src 'none'`,
    `REPORT-URI ${place} ${place}, img-src 'none'`,
    `img-src 'none';${' '.repeat(50)}report-uri ${place}`,
    `img-src 'none';report-to\t${place}`,
    `default-src https:, report-uri ${place};img-src 'none'`,
  ];
  for (const policy of policies) {
    it(`has the server’s own policy without where to report: ${policy}`, () => {
      const text = fieldsFor(`Content-Security-Policy: ${policy}`, 'X: y');
      assert.doesNotMatch(text, /collector/);
      assert.match(text, /^Content-Security-Policy:.*img-src 'none'.*\r\nX: y\r$/m);
    });
  }

  it('has no policy that only reports', () => {
    const text = fieldsFor(
      `Content-Security-Policy-Report-Only: img-src 'none'; report-uri ${place}`,
      'X: y',
    );
    assert.doesNotMatch(text, /collector/);
    assert.match(text, /^X: y\r$/m);
  });

  it('has the browser fetch no rules of another program', () => {
    assert.doesNotMatch(fieldsFor(`Speculation-Rules: "${place}"`, 'X: y'), /collector/);
  });

  it('is made in little time, whatever the server sends', () => {
    const policy = `Content-Security-Policy: ${'; report-uri'.repeat(5000)}${';'.repeat(5000)}${' '.repeat(5000)}`;
    const spent = cpuMs(() => fieldsFor(policy));
    assert.ok(spent < 200, `${spent} ms`);
  });
});
