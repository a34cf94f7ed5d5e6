import assert from 'node:assert/strict';
import { ClockSkew } from '../../../../src/proxy/upstream/certificate-time.ts';
import { DialError } from '../../../../src/proxy/upstream/dial-error.ts';
import { upstreamProblem } from '../../../../src/proxy/upstream/problem.ts';

const host = 'mlflow.company.example';
const way = {
  authority: host,
  httpProxy: new URL('http://ada:canary-p@proxy.company.example:3128'),
  httpProxyFrom: 'HTTPS_PROXY',
  trust: { kind: 'roots', added: [], isComplete: true } as const,
  clientCertificate: undefined,
};
const failed = (code: string): Error => Object.assign(new Error('canary: words of others'), { code });

describe('What Python learns when the tracking server cannot be reached', () => {
  const retried: readonly (readonly [Error, RegExp])[] = [
    [failed('ENOTFOUND'), /DNS/],
    [failed('ECONNREFUSED'), /refused/],
    [new DialError('ETIMEDOUT'), /timed out/],
    [new DialError('ECONNRESET'), /closed/],
    [failed('ENETUNREACH'), /no route/],
    [failed('EMFILE'), /too many files/],
    [new DialError('PROXY_REFUSED'), /HTTP proxy refused.*HTTPS_PROXY.*http\.noProxy/],
    [new DialError('PROXY_MALFORMED'), /HTTP proxy.*HTTPS_PROXY/],
    [
      new DialError('PROXY_DOWN', failed('ECONNREFUSED')),
      /HTTP proxy http:\/\/proxy\.company\.example:3128 does not respond \(ECONNREFUSED\).*HTTPS_PROXY/,
    ],
    [failed('ESOMETHING'), /ESOMETHING/],
    [new Error('canary: words of others'), /unknown/],
  ];

  it('is 503, which MLflow’s client retries, for what may pass', () => {
    for (const [error, words] of retried) {
      const { message, response } = upstreamProblem(way, error);
      assert.deepEqual([response.status, response.errorCode], [503, 'TEMPORARILY_UNAVAILABLE'], message);
      assert.match(message, words);
    }
  });

  const raised: readonly (readonly [Error, RegExp])[] = [
    [new DialError('PROXY_SIGN_IN'), /sign-in.*HTTPS_PROXY/],
    [new DialError('PROXY_SCHEME'), /HTTPS_PROXY/],
    [new DialError('CLIENT_CERTIFICATE'), /client certificate.*mlflowSecretsAuth\.tls\.clientCertFile/],
    [new DialError('BAD_CA'), /mlflowSecretsAuth\.tls\.caFile/],
    [failed('SELF_SIGNED_CERT_IN_CHAIN'), /not trusted.*mlflowSecretsAuth\.tls\.caFile/],
    [failed('CERT_HAS_EXPIRED'), /expired.*clock/],
    [new ClockSkew(Date.now() - 3_600_000, new Error()), /differs by 60 min.*Correct the date and time/],
    [failed('CERT_NOT_YET_VALID'), /not valid yet.*clock/],
    [failed('ERR_TLS_CERT_ALTNAME_INVALID'), /another host name.*mlflowSecretsAuth\.trackingUri/],
    [failed('ERR_SSL_WRONG_VERSION_NUMBER'), /TLS.*mlflowSecretsAuth\.trackingUri/],
  ];

  it('is 424, which MLflow’s client raises at once, for what somebody has to fix', () => {
    for (const [error, words] of raised) {
      const { message, response } = upstreamProblem(way, error);
      assert.deepEqual([response.status, response.errorCode], [424, 'INVALID_STATE'], message);
      assert.match(message, words);
    }
  });

  it('names the server and what to do, and repeats no words of others', () => {
    for (const [error] of [...retried, ...raised]) {
      const { message, remedy, response } = upstreamProblem(way, error);
      const [happened = '', rest] = message.split(` ${remedy} (`);
      assert.ok(rest !== undefined && !/\. [A-Z]/.test(happened), message);
      assert.match(
        message,
        new RegExp(`^Cannot (?:reach|connect to) ${host}: .*\\. [A-Z].*\\. \\(upstream\\.\\w+\\)$`),
      );
      assert.doesNotMatch(message, /canary/);
      assert.ok(response.message.endsWith(message));
    }
  });

  it('is retried while the certificates that the server’s may be of are still being read', () => {
    const pending = { ...way, trust: { ...way.trust, isComplete: false } };
    const untrusted = upstreamProblem(pending, failed('SELF_SIGNED_CERT_IN_CHAIN'));
    assert.equal(untrusted.response.status, 503);
    assert.match(untrusted.message, /still being read.*upstream\.certificatesPending/);
    assert.equal(upstreamProblem(pending, failed('CERT_HAS_EXPIRED')).response.status, 424);
  });

  it('names the variable where it alone says what is trusted', () => {
    const only = { ...way, trust: { kind: 'only', certificates: [], from: 'REQUESTS_CA_BUNDLE' } as const };
    for (const code of ['SELF_SIGNED_CERT_IN_CHAIN', 'BAD_CA']) {
      assert.match(upstreamProblem(only, failed(code)).message, /REQUESTS_CA_BUNDLE/);
    }
  });

  it('says why no HTTP proxy was used, where that may be why', () => {
    const directBecause = 'The HTTP proxy is not used, because of something.';
    const direct = { ...way, httpProxy: undefined, directBecause };
    for (const code of ['ENOTFOUND', 'ECONNREFUSED', 'ETIMEDOUT', 'ENETUNREACH']) {
      const { message, remedy, response } = upstreamProblem(direct, failed(code));
      assert.ok(message.includes(` ${directBecause} ${remedy} (upstream.`), message);
      assert.ok(response.message.endsWith(message));
    }
    assert.ok(!upstreamProblem(direct, failed('CERT_HAS_EXPIRED')).message.includes(directBecause));
  });

  it('is about the address that is preferred when several were tried', () => {
    const both = new AggregateError([failed('ECONNREFUSED'), failed('ENETUNREACH')]);
    assert.match(upstreamProblem(way, both).message, /refused/);
  });
});
