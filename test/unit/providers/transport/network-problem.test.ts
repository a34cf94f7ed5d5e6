import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { networkProblem, safeCause } from '../../../../src/providers/transport/network-problem.ts';

const peer = { provider: 'aws', name: 'AWS in eu-west-1', httpProxy: undefined } as const;

describe('network problems', () => {
  const codes = [
    ['ENOTFOUND', 'dns', 'automatic'],
    ['EAI_AGAIN', 'dns', 'automatic'],
    ['ECONNREFUSED', 'refused', 'automatic'],
    ['ECONNRESET', 'dropped', 'automatic'],
    ['ETIMEDOUT', 'timeout', 'automatic'],
    ['ENETUNREACH', 'unreachable', 'automatic'],
    ['ENETDOWN', 'unreachable', 'automatic'],
    ['EAFNOSUPPORT', 'unreachable', 'automatic'],
    ['EAI_FAIL', 'dns', 'automatic'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tlsUntrusted', 'afterFix'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tlsUntrusted', 'afterFix'],
    ['CERT_HAS_EXPIRED', 'tlsExpired', 'afterFix'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tlsName', 'afterFix'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tlsProtocol', 'afterFix'],
  ] as const;
  for (const [code, expected, retry] of codes) {
    it(`${code} is ${expected}, ${retry}`, () => {
      const error = Object.assign(new Error('connect'), { code, address: '10.0.0.1', port: 443 });
      const problem = networkProblem(error, peer);
      assert.equal(problem?.code, `aws.${expected}`);
      assert.equal(problem.retry, retry);
      assert.match(problem.message, /^AWS in eu-west-1 \(10\.0\.0\.1:443\) /);
      // However deep the SDK buries it, and where several addresses were tried.
      assert.equal(networkProblem(new Error('outer', { cause: error }), peer)?.code, problem.code);
      assert.equal(networkProblem(new AggregateError([error]), peer)?.code, problem.code);
    });
  }

  it('takes what this machine forbids for trouble of the network where it is a connection, not a file', () => {
    for (const code of ['EACCES', 'EPERM']) {
      const connecting = Object.assign(new Error('x'), { code, syscall: 'connect' });
      assert.equal(networkProblem(connecting, peer)?.code, 'aws.unreachable');
      assert.equal(networkProblem(Object.assign(new Error('x'), { code, syscall: 'open' }), peer), undefined);
    }
  });

  it('takes the end of our own deadline as a time-out', () => {
    const problem = networkProblem(new DOMException('The operation timed out', 'TimeoutError'), peer);
    assert.equal(problem?.code, 'aws.timeout');
    assert.equal(problem.retry, 'automatic');
  });

  for (const [code, words] of [
    ['PROXY_SIGN_IN', /^The HTTP proxy on the way to AWS in eu-west-1 requires a sign-in\.$/],
    ['PROXY_REFUSED', /because the HTTP proxy refused to connect to it\.$/],
    ['ECONNREFUSED', /because the HTTP proxy does not respond\.$/],
  ] as const) {
    it(`says what the HTTP proxy did: ${code}`, () => {
      const cause = Object.assign(new Error('x'), { code });
      const problem = networkProblem(new Error('no socket connection to proxies', { cause }), peer);
      assert.equal(problem?.code, 'aws.httpProxy');
      assert.match(problem.message, words);
    });
  }

  it('says of a certificate only what is known: no list of revoked ones is read', () => {
    const problem = networkProblem(Object.assign(new Error('x'), { code: 'UNSPECIFIED' }), peer);
    assert.equal(problem?.code, 'aws.tlsUnusable');
    assert.doesNotMatch(problem.message, /revoked/);
  });

  it('is none for anything else', () => {
    for (const error of [
      new Error('x'),
      Object.assign(new Error('x'), { code: 'toString' }),
      undefined,
      'text',
      null,
    ]) {
      assert.equal(networkProblem(error, peer), undefined);
    }
  });

  it('keeps nothing of an error but its name and code', () => {
    const error = Object.assign(new Error('canary-message'), {
      code: 'ECONNRESET',
      request: { headers: { authorization: 'canary-header' } },
    });
    assert.doesNotMatch(inspect(safeCause(error), { showHidden: true, depth: 10 }), /canary/);
  });
});
