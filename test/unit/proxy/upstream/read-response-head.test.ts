import assert from 'node:assert/strict';
import type { AdmittedRequest } from '../../../../src/proxy/admission/admit-request.ts';
import { readResponseHead } from '../../../../src/proxy/upstream/read-response-head.ts';
import type { ReadHead, HeadCache } from '../../../../src/proxy/upstream/read-response-head.ts';

const origin = 'https://mlflow.company.example';
const asked = (method: string, host = '127.0.0.1:5000'): AdmittedRequest => ({
  kind: 'admitted',
  line: { method, target: '/' },
  fields: {
    host,
    framing: { kind: 'none' },
    close: false,
    expectsContinue: false,
    connection: new Set(),
    fields: [],
  },
  isProbe: false,
  head: Buffer.alloc(0),
  fieldsAt: 0,
});
const fresh = (): HeadCache => ({ address: { origin }, cached: undefined });
const bytesOf = (...lines: string[]): Buffer => Buffer.from([...lines, '', ''].join('\r\n'), 'latin1');

function read(bytes: Buffer, server: HeadCache, request: AdmittedRequest): ReadHead {
  const result = readResponseHead(bytes, server, request);
  assert.ok(typeof result === 'object');
  return result;
}

describe('A response’s head that was given before', () => {
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

  it('is read the same as without, whatever came before it, for every method and name of the proxy', () => {
    const all = answers.flatMap((bytes) => requests.map((request) => ({ bytes, request })));
    for (const before of all) {
      for (const { bytes, request } of all) {
        const server = fresh();
        read(before.bytes, server, before.request);
        const { head, end, kept, closing } = read(bytes, server, request);
        assert.deepEqual({ head, end, kept, closing }, read(bytes, fresh(), request));
      }
    }
  });

  it('is not read again', () => {
    const server = fresh();
    const bytes = bytesOf('HTTP/1.1 200 OK', 'Content-Length: 2');
    read(bytes, server, asked('GET'));
    const { cached: known } = server;
    assert.equal(read(Buffer.concat([bytes, Buffer.from('ok')]), server, asked('GET')), known);
  });

  it('is kept though the memory that it came in is used again', () => {
    const server = fresh();
    const bytes = bytesOf('HTTP/1.1 200 OK', 'Content-Length: 2');
    const lent = Buffer.from(bytes);
    read(lent, server, asked('GET'));
    lent.fill(0);
    assert.equal(read(bytes, server, asked('GET')), server.cached);
  });

  it('goes to the client’s own name for the proxy', () => {
    const server = fresh();
    for (const host of ['127.0.0.1:5000', 'localhost:5000', '127.0.0.1:5000']) {
      const { kept } = read(
        bytesOf('HTTP/1.1 302 Found', `Location: ${origin}/a`),
        server,
        asked('GET', host),
      );
      assert.match(String(kept), new RegExp(`\r\nLocation: http://${host}/a\r\n`));
    }
  });
});
