import assert from 'node:assert/strict';
import { givenUpProblem } from '../../../src/connection/given-up.ts';
import { proxyWords } from '../../../src/connection/probe-local-proxy.ts';
import { problemResponse } from '../../../src/connection/unavailable-responses.ts';
import { findingOfOwn, upstreamTrouble } from '../../../src/connection/upstream-problems.ts';
import type { ServerFinding } from '../../../src/connection/state.ts';
import { wallResponse } from '../../../src/proxy/exchange/wall-response.ts';
import { troubleResponse } from '../../../src/proxy/exchange/server-trouble.ts';
import type { ProxyResponse } from '../../../src/proxy/messages.ts';
import { connectionLost, malformedResponse, responseBytes } from '../../../src/proxy/responses.ts';
import { upstreamProblem } from '../../../src/proxy/upstream/problem.ts';
import { storedConfiguration as configuration } from '../configuration/stored-configuration.ts';

const again = 'The extension tries again automatically.';
const origin = 'https://mlflow.company.com';

/** What the connection makes of a response of the local proxy, as it comes over its port. */
function findingIn(own: ProxyResponse): ServerFinding | undefined {
  const bytes = responseBytes(own, 'GET').toString();
  const text = bytes.slice(bytes.indexOf('\r\n\r\n') + 4);
  const words = proxyWords({ kind: 'response', status: own.status, text, isOwn: true });
  return findingOfOwn(words ?? { message: '' }, configuration);
}

function problemIn(own: ProxyResponse): { readonly message: string; readonly remedy: string } {
  const finding = findingIn(own);
  assert.ok(finding !== undefined && finding.kind !== 'accepted');
  return finding.problem;
}

describe('what VS Code says of trouble on the way to the tracking server', () => {
  const way = {
    authority: 'mlflow.company.com',
    httpProxy: undefined,
    httpProxyFrom: 'HTTPS_PROXY',
    trust: { kind: 'roots', added: [], isComplete: true } as const,
    clientCertificate: undefined,
  };
  const untrusted = Object.assign(new Error(), { code: 'SELF_SIGNED_CERT_IN_CHAIN' });
  const happened =
    'Cannot connect to mlflow.company.com: its TLS certificate is not trusted (SELF_SIGNED_CERT_IN_CHAIN).';
  const remedy = `Set mlflowSecretsAuth.tls.caFile to the CA certificate of your company. ${again}`;

  it('is what happened, then what to do, then that it is tried again', () => {
    const problem = upstreamTrouble(upstreamProblem(way, untrusted));
    assert.deepEqual([problem?.message, problem?.remedy], [happened, remedy]);
  });

  it('is the same where a check of its own found it', () => {
    const problem = problemIn(upstreamProblem(way, untrusted).response);
    assert.deepEqual([problem.message, problem.remedy], [happened, remedy]);
  });

  it('has all that a process of an earlier version says, which does not tell the two apart', () => {
    const problem = upstreamTrouble({ message: upstreamProblem(way, untrusted).message });
    assert.match(problem?.message ?? '', /not trusted.*Set mlflowSecretsAuth\.tls\.caFile/);
    assert.equal(problem?.remedy, again);
  });

  it('is no sentence twice, whatever the local proxy says itself', () => {
    const wall = { origin, signInHost: undefined, product: undefined, form: 'otherPage' } as const;
    const moved = { code: 'upstream.moved', to: 'https://elsewhere.company.com', isElsewhere: true } as const;
    const failed = { code: 'upstream.serverError', status: 502 } as const;
    for (const own of [
      wallResponse(wall, undefined),
      troubleResponse(moved, origin),
      troubleResponse(failed, origin),
      connectionLost('mlflow.company.com'),
      malformedResponse(),
    ]) {
      const problem = problemIn(own);
      assert.doesNotMatch(problem.message, /\. [A-Z]/, problem.message);
      assert.ok(problem.remedy.length > again.length, problem.message);
    }
  });
});

describe('a sign-in page in place of the tracking server', () => {
  const wall = {
    origin,
    signInHost: 'sso.company.com',
    product: 'oauth2Proxy',
    form: 'redirect',
  } as const;
  const own = wallResponse(wall, 'Correct the secret.');

  it('is named, with the advice that fits first, and that it is tried again', () => {
    const problem = problemIn(own);
    assert.match(problem.message, /^oauth2-proxy at sso\.company\.com asks for a browser sign-in: /);
    assert.match(problem.remedy, /^If the credential is not a token for programs, ask the team of/);
    assert.ok(problem.remedy.endsWith(again));
  });

  it('is the same for Python', () => {
    assert.match(own.message, /asks for a browser sign-in.*token for programs.*Correct the secret\./);
  });
});

describe('what Python is told of a credential that was given up', () => {
  it('is where it is entered again', () => {
    const problem = givenUpProblem({
      fingerprint: '',
      message: 'mlflow.company.com does not accept this token.',
      remedy: 'Enter the credential again.',
    });
    const { message } = problemResponse(problem, { isWorthWaiting: false });
    assert.match(
      message,
      /Enter the credential again\. In VS Code, run "MLflow: Sign In Again"\. \(upstream/,
    );
  });
});
