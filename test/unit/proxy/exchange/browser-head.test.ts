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
      const text = fieldsFor(`Content-Security-Policy: ${policy}`, 'Vary: y');
      assert.doesNotMatch(text, /collector/);
      assert.match(text, /^Content-Security-Policy:.*img-src 'none'.*\r\nVary: y\r$/m);
    });
  }

  it('has no policy that only reports', () => {
    const text = fieldsFor(
      `Content-Security-Policy-Report-Only: img-src 'none'; report-uri ${place}`,
      'Vary: y',
    );
    assert.doesNotMatch(text, /collector/);
    assert.match(text, /^Vary: y\r$/m);
  });

  it('has the browser fetch no rules of another program', () => {
    assert.doesNotMatch(fieldsFor(`Speculation-Rules: "${place}"`, 'Vary: y'), /collector/);
  });

  for (const field of [
    'Refresh: 0; url=',
    'Link: </x>; rel=preload; as=script, <',
    'X-XSS-Protection: 1; report=',
    'X-Content-Security-Policy: report-uri ',
    'Attribution-Reporting-Register-Source: ',
    'Secure-Session-Registration: (ES256); path=',
    'Use-As-Dictionary: match=',
    'Permissions-Policy-Report-Only: geolocation=();report-to=',
    'Integrity-Policy: blocked-destinations=(script), endpoints=',
    'A-Field-Of-Next-Year: ',
  ]) {
    it(`has no field by which the browser does more than show a page: ${field}`, () => {
      const text = fieldsFor(`${field}${place}`, 'Vary: y');
      assert.doesNotMatch(text, /collector/);
      assert.match(text, /^Vary: y\r$/m);
    });
  }

  it('has what a page needs, and what the UI of MLflow reads', () => {
    const needed = [
      ...[
        'Content-Type: text/html',
        'Content-Length: 5',
        'Content-Encoding: gzip',
        'Content-Range: bytes 0-4/5',
      ],
      ...[
        'Content-Disposition: attachment',
        'Location: /x',
        'X-Content-Type-Options: nosniff',
        'Connection: close',
      ],
    ];
    const text = fieldsFor(...needed);
    assert.ok(text.startsWith(`HTTP/1.1 200 OK\r\n${needed.join('\r\n')}\r\n`), text);
    assert.ok(text.endsWith('\r\n\r\n') && !text.slice(0, -2).includes('\r\n\r\n'));
  });

  it('is made in little time, whatever the server sends', () => {
    const policy = `Content-Security-Policy: ${'; report-uri'.repeat(5000)}${';'.repeat(5000)}${' '.repeat(5000)}`;
    const spent = cpuMs(() => fieldsFor(policy));
    assert.ok(spent < 200, `${spent} ms`);
  });
});
