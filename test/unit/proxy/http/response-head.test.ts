import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isHopeless, parseResponseHead } from '../../../../src/proxy/http/response-head.ts';

const same = { location: (value: string): string => value, credentialField: undefined };

function framing(method: string, ...lines: readonly string[]): unknown {
  return parseResponseHead(`${lines.join('\r\n')}\r\n`, method, same)?.framing;
}

describe('A response’s head', () => {
  it('says where its body ends, as RFC 9112 has it', () => {
    const ok = 'HTTP/1.1 200 OK';
    const table: readonly (readonly [string, readonly string[], unknown])[] = [
      ['GET', [ok, 'Content-Length: 5'], { kind: 'length', length: 5 }],
      ['GET', [ok, 'Content-Length: 0'], { kind: 'none' }],
      ['GET', [ok, 'Transfer-Encoding: chunked'], { kind: 'chunked' }],
      ['GET', [ok], { kind: 'close' }],
      ['GET', ['HTTP/1.0 200 OK'], { kind: 'close' }],
      ['GET', ['HTTP/1.1 200'], { kind: 'close' }],
      ['HEAD', [ok, 'Content-Length: 5'], { kind: 'none' }],
      ['HEAD', [ok], { kind: 'none' }],
      ['GET', ['HTTP/1.1 204 No Content'], { kind: 'none' }],
      ['GET', ['HTTP/1.1 304 Not Modified', 'Content-Length: 5'], { kind: 'none' }],
      ['GET', ['HTTP/1.1 100 Continue'], { kind: 'none' }],
      ['GET', [ok, 'Content-Length: 5', 'Transfer-Encoding: chunked'], undefined],
      ['GET', [ok, 'Content-Length: 5', 'Content-Length: 5'], undefined],
      ['HEAD', [ok, 'Content-Length: 5', 'Content-Length: 6'], undefined],
      ['GET', ['HTTP/1.1 204 No Content', 'Content-Length: x'], undefined],
    ];
    for (const [method, lines, expected] of table)
      assert.deepEqual(framing(method, ...lines), expected, lines.join());
  });

  it('says whether the server keeps the connection', () => {
    const keeps = (...lines: readonly string[]): boolean | undefined =>
      parseResponseHead(`${lines.join('\r\n')}\r\n`, 'GET', same)?.keepAlive;
    assert.equal(keeps('HTTP/1.1 200 OK'), true);
    assert.equal(keeps('HTTP/1.1 200 OK', 'Connection: Close'), false);
    assert.equal(keeps('HTTP/1.1 200 OK', 'Connection: x, close'), false);
    assert.equal(keeps('HTTP/1.0 200 OK'), false);
    assert.equal(keeps('HTTP/1.0 200 OK', 'Connection: keep-alive'), true);
  });

  it('is given up early only when nothing could make it right', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: a\r\nX: \tb\r\n\r\n';
    fc.assert(
      fc.property(fc.integer({ min: 1, max: head.length }), (at) => {
        assert.equal(isHopeless(Buffer.from(head.slice(0, at))), false);
      }),
    );
    for (const start of ['ICY', 'HTTP/2', 'X', 'HTTP/1.1 200 OK\n', 'HTTP/1.1 200 OK\r\nX: y\rZ', '\r\n']) {
      assert.equal(isHopeless(Buffer.from(start)), true, JSON.stringify(start));
    }
  });
});
