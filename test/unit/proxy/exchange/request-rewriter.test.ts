import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ReadyCredential } from '../../../../src/proxy/credential-gate.ts';
import { isMalformed, parseRequestFields } from '../../../../src/proxy/http/request-head.ts';
import { RequestRewriter, rewriteFields } from '../../../../src/proxy/exchange/request-rewriter.ts';
import type { Recipient } from '../../../../src/proxy/exchange/request-rewriter.ts';
import type { AdmittedRequest } from '../../../../src/proxy/admission/admit-request.ts';

const far = Number.MAX_SAFE_INTEGER;
const credential = (headerName: string) =>
  ({
    kind: 'ready',
    headerName,
    headerValue: 'Bearer canary-upstream',
    version: 1,
    refreshAt: far,
    expiresAt: far,
  }) as const;

const names = fc.constantFrom(
  'Accept',
  'accept',
  'X-Kept',
  'X-Api-Key',
  'x-api-key',
  'X_API_KEY',
  'X-Api_Key',
  'Authorization',
  'Cookie',
  'Connection',
  'Keep-Alive',
  'TE',
  'Proxy-Authorization',
  'Proxy-Connection',
  'Origin',
  'Sec-Fetch-Site',
  'X-Private',
  'Trailer',
  'User-Agent',
  'Content-Type',
);
const values = fc.constantFrom(
  'a',
  'a, b',
  'X-Private',
  'x-api-key, X-Kept',
  'close',
  '',
  'mlflow-secrets-auth-5000=canary',
  'a=b; mlflow-secrets-auth-5000=canary; c=d',
);
const blocks = fc.array(fc.tuple(names, values), { maxLength: 12 });

const at = (authority: string): Recipient => ({ authority, targetPrefix: '', proxyFields: '' });
const [one, two] = [at('one.example'), at('two.example')];

function rewrite(
  lines: readonly string[],
  headerName: string | undefined,
  letInBy: AdmittedRequest['letInBy'] = 'token',
): readonly string[] {
  const fields = parseRequestFields(lines.map((line) => `${line}\r\n`).join(''));
  assert.ok(!isMalformed(fields), lines.join());
  const given = headerName === undefined ? undefined : credential(headerName);
  const text = rewriteFields({ fields, letInBy }, at('mlflow.company.example'), given).toString('latin1');
  assert.ok(text.startsWith(' HTTP/1.1\r\n') && text.endsWith('\r\n\r\n'));
  return text.slice(' HTTP/1.1\r\n'.length, -'\r\n\r\n'.length).split('\r\n');
}

describe('The head that leaves', () => {
  it('has the upstream’s Host, the credential once and last, and nothing that was for us alone', () => {
    fc.assert(
      fc.property(blocks, fc.constantFrom('Authorization', 'X-Api-Key', 'x_api_key'), (block, headerName) => {
        const given = ['Host: 127.0.0.1:5000', ...block.map(([name, value]) => `${name}: ${value}`)];
        const left = rewrite(given, headerName);
        assert.equal(left[0], 'Host: mlflow.company.example');
        assert.equal(left.at(-1), `${headerName}: Bearer canary-upstream`);
        const key = (line: string): string => (line.split(':')[0] ?? '').toLowerCase().replaceAll('_', '-');
        assert.equal(left.filter((line) => key(line) === key(headerName)).length, 1);
        assert.equal(left.filter((line) => key(line) === 'host').length, 1);
        const named = block
          .filter(([name]) => name === 'Connection')
          .flatMap(([, value]) => value.toLowerCase().split(/[, ]+/));
        for (const line of left.slice(1, -1)) {
          const name = key(line);
          assert.ok(
            !/^(connection|keep-alive|te|trailer|proxy-.*|origin|sec-fetch-site|authorization)$/.test(name),
            line,
          );
          assert.ok(!named.includes((line.split(':')[0] ?? '').toLowerCase()), line);
          if (name === 'cookie') assert.ok(!line.includes('canary'), line);
        }
      }),
    );
  });

  it('keeps every other line as it came, in its order', () => {
    const others = [
      'accept:  */* ',
      'X-Odd:\tvalue',
      'X-Twice: 1',
      'X-Twice: 2',
      'Content-Length: 5',
      'X_Under: 1',
      'X-Latin: \xe9',
    ];
    assert.deepEqual(rewrite(['Host: x', ...others], undefined), ['Host: mlflow.company.example', ...others]);
  });

  it('has no Cookie header when ours was the only cookie', () => {
    assert.deepEqual(rewrite(['Host: x', 'Cookie: mlflow-secrets-auth-5000=canary'], undefined), [
      'Host: mlflow.company.example',
    ]);
  });

  it('has of a browser nothing that is for other programs of this machine', () => {
    const given = [
      'Host: x',
      'Cookie: username-127-0-0-1-8888=canary',
      'Referer: http://127.0.0.1:5000/',
      'X: y',
    ];
    assert.deepEqual(rewrite(given, undefined, 'cookie'), ['Host: mlflow.company.example', 'X: y']);
  });
});

describe('Heads that are written once', () => {
  const admitted = (
    target: string,
    fields = parseRequestFields('Host: x\r\nX-Kept: 1\r\n'),
  ): AdmittedRequest => {
    assert.ok(!isMalformed(fields));
    const line = { method: 'GET', target };
    const facts = { fields, upstreamId: '', letInBy: 'token' } as const;
    return { kind: 'admitted', line, ...facts, head: Buffer.alloc(0), fieldsAt: 0 };
  };
  const first = credential('Authorization');
  const second = { ...first, headerValue: 'Bearer canary-second', version: 2 };
  const expected = (request: AdmittedRequest, ...rest: [Recipient, ReadyCredential | undefined]): string =>
    `${request.line.method} ${request.line.target}${rewriteFields(request, ...rest).toString('latin1')}`;

  it('are the same bytes for the same request, server and credential', () => {
    const rewriter = new RequestRewriter();
    const request = admitted('/a');
    const head = rewriter.headFor(request, one, first);
    assert.equal(rewriter.headFor(request, one, first), head);
  });

  it('are written again for whatever differs from the last', () => {
    const request = admitted('/a');
    const { fields } = request;
    const others = [
      [admitted('/b', fields), one, first],
      [admitted('/a', parseRequestFields('Host: x\r\nX-Kept: 2\r\n')), one, first],
      [request, two, first],
      [request, one, second],
      [request, one, undefined],
      [admitted('/b', fields), two, second],
    ] as const;
    for (const [other, recipient, given] of others) {
      const rewriter = new RequestRewriter();
      for (const [nth, whom, by] of [
        [request, one, first],
        [other, recipient, given],
        [request, one, first],
      ] as const) {
        assert.equal(rewriter.headFor(nth, whom, by).toString('latin1'), expected(nth, whom, by));
      }
    }
  });

  it('are forgotten when the credential is', () => {
    const rewriter = new RequestRewriter();
    const request = admitted('/a');
    for (const given of [first, undefined]) {
      const head = rewriter.headFor(request, one, given);
      rewriter.forget();
      const again = rewriter.headFor(request, one, given);
      assert.notEqual(again, head);
      assert.equal(String(again), expected(request, one, given));
    }
  });
});
