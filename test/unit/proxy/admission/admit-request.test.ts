import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isProbe, maxHeadBytes, admitRequest } from '../../../../src/proxy/admission/admit-request.ts';
import type { AdmittedRequest } from '../../../../src/proxy/admission/admit-request.ts';
import { BrowserSessions } from '../../../../src/proxy/admission/browser-sessions.ts';
import { SessionToken } from '../../../../src/proxy/admission/session-token.ts';

const port = 5000;
const options = { port, token: new SessionToken('canary-token'), browsers: new BrowserSessions() };
const right = ['Host: 127.0.0.1:5000', 'Authorization: Bearer canary-token'];

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const head = (line: string, fields: readonly string[]): Buffer =>
  bytes([line, ...fields, '', ''].join('\r\n'));

/** Lines that are right, wrong and odd; most heads made of them are turned away, for one reason or another. */
const fieldLines = fc.constantFrom(
  ...right,
  ...right,
  'Host: evil.example',
  'Authorization: Bearer canary-wrong',
  'Content-Length: 5',
  'Content-Length: 0',
  'Content-Length: +5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip',
  'Connection: close',
  'Connection: Host',
  'Origin: http://127.0.0.1:5000',
  'Origin: http://evil.example',
  'X-Forwarded-For: 1.2.3.4',
  'Accept: */*',
  'X : y',
  ' folded',
  'X: a\rb',
  'X: a\nb',
  'User-Agent: mlflow-python-client/3.0',
);
const requestLines = fc.constantFrom(
  'GET / HTTP/1.1',
  'POST /api/2.0/mlflow/runs/create HTTP/1.1',
  'GET //evil.example/ HTTP/1.1',
  'GET /a/../b HTTP/1.1',
  'GET / HTTP/1.0',
  'TRACE / HTTP/1.1',
  'GET http://evil.example/ HTTP/1.1',
  // What the proxy answers itself.
  'POST /.mlflow-secrets-auth/ticket HTTP/1.1',
  'GET /.mlflow-secrets-auth/proof?nonce=0123456789abcdef HTTP/1.1',
  'GET /.mlflow-secrets-auth/anything HTTP/1.1',
);
const heads = fc
  .tuple(requestLines, fc.array(fieldLines, { maxLength: 8 }))
  .map(([line, fields]) => head(line, fields));

/** What is decided, without the bytes it was decided on. */
function judge(stream: Buffer, before?: AdmittedRequest): unknown {
  const read = admitRequest(stream, 0, before, options);
  if (typeof read === 'string') return read;
  switch (read.kind) {
    case 'malformed':
      return read.malformed;
    case 'denied':
      return read.reason;
    case 'moved':
      return read.line;
    case 'proof':
      return read.proof;
    case 'visit':
      return read.target;
    case 'ticket':
      return read.hosts;
    case 'opening':
      return read.ticket;
    case 'admitted':
      return { line: read.line, end: read.head.length, fields: read.fields };
  }
}

describe('A request’s head', () => {
  it('is judged the same whatever comes behind it', () => {
    fc.assert(
      fc.property(
        heads,
        fc.constantFrom('hello', 'GET / HTTP/1.1\r\n\r\n', '\r\n\r\n', '\0'),
        (stream, after) => {
          assert.deepEqual(judge(Buffer.concat([stream, bytes(after)])), judge(stream));
        },
      ),
    );
  });

  it('is never let in before its last byte, and turned away early only if it is in the end', () => {
    fc.assert(
      fc.property(
        heads.chain((stream) => fc.tuple(fc.constant(stream), fc.nat(stream.length - 1))),
        ([stream, at]) => {
          const early = admitRequest(stream.subarray(0, at), 0, undefined, options);
          if (early === 'incomplete') return;
          assert.equal(early.kind, 'malformed');
          const final = admitRequest(stream, 0, undefined, options);
          assert.ok(typeof final === 'object' && final.kind === 'malformed');
        },
      ),
    );
  });

  it('is judged the same whatever the connection was let in with before', () => {
    const admitted = admitRequest(head('GET /x HTTP/1.1', right), 0, undefined, options);
    assert.ok(typeof admitted === 'object' && admitted.kind === 'admitted');
    const like = fc
      .tuple(requestLines, fc.array(fieldLines, { maxLength: 3 }), fc.array(fieldLines, { maxLength: 3 }))
      .map(([line, first, last]) => head(line, [...first, ...right, ...last]));
    const same = requestLines.map((line) => head(line, right));
    fc.assert(
      fc.property(fc.oneof(heads, like, same), (stream) => {
        assert.deepEqual(judge(stream, admitted), judge(stream));
      }),
    );
  });

  it('with a token that differs in one byte is not let in, whatever was let in before', () => {
    const stream = head('GET /x HTTP/1.1', right);
    const admitted = admitRequest(stream, 0, undefined, options);
    assert.ok(typeof admitted === 'object' && admitted.kind === 'admitted');
    const start = stream.indexOf('canary-token');
    for (let at = start; at < start + 'canary-token'.length; at += 1) {
      const changed = Buffer.from(stream);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.equal(judge(changed, admitted), 'wrong-token');
    }
  });

  it('that is let in has one Host of ours, the token, and one way to read its end', () => {
    fc.assert(
      fc.property(heads, (stream) => {
        const read = admitRequest(stream, 0, undefined, options);
        if (typeof read === 'string' || read.kind !== 'admitted') return;
        const { fields } = read.fields;
        const named = (name: string): number => fields.filter((field) => field.name === name).length;
        assert.equal(named('host'), 1);
        assert.equal(named('authorization'), 1);
        assert.ok(named('content-length') + named('transfer-encoding') <= 1);
        assert.equal(named('x-forwarded-for'), 0);
        assert.equal(read.head.length, stream.length);
      }),
      { numRuns: 3000 },
    );
  });

  it('without an end is given up at a limit', () => {
    const endless = bytes(`GET / HTTP/1.1\r\nX: ${'y'.repeat(maxHeadBytes)}`);
    assert.deepEqual((judge(endless) as { status: number }).status, 431);
    assert.equal(judge(bytes(`GET /${'a'.repeat(10_000)}`)), 'incomplete');
  });

  it('of a TLS hello, or of anything else that is no request, is turned away at its first byte', () => {
    for (const start of ['\x16\x03\x01', '\0', '\r\n', ' GET', '{"a":1}', 'ÿ']) {
      assert.equal((judge(bytes(start)) as { status: number }).status, 400, JSON.stringify(start));
    }
  });

  it('that any bytes may make is read without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (any) => {
        judge(Buffer.from(any));
        judge(Buffer.concat([bytes('GET / HTTP/1.1\r\n'), Buffer.from(any), bytes('\r\n\r\n')]));
      }),
    );
  });
});

describe('A probe', () => {
  it('is what MLflow’s client asks for with a short timeout, and nothing else', () => {
    const table: readonly (readonly [string, string, boolean])[] = [
      ['GET', '/version', true],
      ['GET', '/health', true],
      ['GET', '/mlflow/version', true],
      ['GET', '/version?x', true],
      ['POST', '/version', false],
      ['GET', '/versions', false],
      ['GET', '/version/x', false],
      ['GET', '/?/version', false],
      ['GET', '/api/2.0/mlflow/version', false],
      ['GET', '/ajax-api/2.0/mlflow/model/version', false],
      ['GET', '/api/2.0/mlflow-artifacts/artifacts/version', false],
      ['GET', '/get-artifact?path=/version', false],
    ];
    for (const [method, target, expected] of table)
      assert.equal(isProbe({ method, target }), expected, target);
  });

  it('has the same limit whether its fields were read before or not', () => {
    const first = admitRequest(head('GET / HTTP/1.1', right), 0, undefined, options);
    assert.ok(typeof first === 'object' && first.kind === 'admitted');
    const long = head(`GET /${'a'.repeat(maxHeadBytes)} HTTP/1.1`, right);
    for (const before of [undefined, first]) {
      const read = admitRequest(long, 0, before, options);
      assert.ok(typeof read === 'object' && read.kind === 'malformed');
      assert.equal(read.malformed.status, 431);
    }
  });
});
