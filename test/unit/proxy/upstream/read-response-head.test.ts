import assert from 'node:assert/strict';
import { readResponseHead } from '../../../../src/proxy/upstream/read-response-head.ts';
import type { ReadHead, HeadCache } from '../../../../src/proxy/upstream/read-response-head.ts';

const origin = 'https://mlflow.company.example';

interface Asked {
  readonly method: string;
  readonly host: string;
}
const asked = (method: string, host = '127.0.0.1:5000'): Asked => ({ method, host });
const fresh = (): HeadCache => ({ address: { origin }, cached: undefined });
const bytesOf = (...lines: string[]): Buffer => Buffer.from([...lines, '', ''].join('\r\n'), 'latin1');

function read(bytes: Buffer, server: HeadCache, { method, host }: Asked): ReadHead {
  const result = readResponseHead(bytes, server, method, host);
  assert.ok(typeof result === 'object');
  return result;
}

describe('A response head that the server repeats', () => {
  const answers = [
    bytesOf('HTTP/1.1 200 OK', 'Content-Length: 2'),
    bytesOf('HTTP/1.1 200 OK', 'Content-Length: 2', 'Connection: close'),
    bytesOf('HTTP/1.1 200 OK', 'Content-Length: 2', 'X: 1'),
    bytesOf('HTTP/1.1 302 Found', `Location: ${origin}/a`, 'Content-Length: 0'),
    bytesOf('HTTP/1.1 204 No Content'),
    bytesOf('HTTP/1.1 100 Continue'),
    bytesOf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'),
  ];
  const requests = [asked('GET'), asked('HEAD'), asked('GET', 'localhost:5000')];

  it('is read as a first one is, whatever came before it, for every method and name of the proxy', () => {
    const all = answers.flatMap((bytes) => requests.map((request) => ({ bytes, request })));
    for (const before of all) {
      for (const { bytes, request } of all) {
        const server = fresh();
        read(before.bytes, server, before.request);
        const { head, end, rewritten, rewrittenToClose } = read(bytes, server, request);
        assert.deepEqual({ head, end, rewritten, rewrittenToClose }, read(bytes, fresh(), request));
      }
    }
  });

  it('is not read again', () => {
    const server = fresh();
    const bytes = bytesOf('HTTP/1.1 200 OK', 'Content-Length: 2');
    read(bytes, server, asked('GET'));
    const { cached } = server;
    assert.equal(read(Buffer.concat([bytes, Buffer.from('ok')]), server, asked('GET')), cached);
  });

  it('is recognised though the memory that it came in is used again', () => {
    const server = fresh();
    const bytes = bytesOf('HTTP/1.1 200 OK', 'Content-Length: 2');
    const lent = Buffer.from(bytes);
    read(lent, server, asked('GET'));
    lent.fill(0);
    assert.equal(read(bytes, server, asked('GET')), server.cached);
  });

  it('redirects to the name that the client has for the proxy', () => {
    const server = fresh();
    for (const host of ['127.0.0.1:5000', 'localhost:5000', '127.0.0.1:5000']) {
      const { rewritten } = read(
        bytesOf('HTTP/1.1 302 Found', `Location: ${origin}/a`),
        server,
        asked('GET', host),
      );
      assert.match(String(rewritten), new RegExp(`\r\nLocation: http://${host}/a\r\n`));
    }
  });
});
