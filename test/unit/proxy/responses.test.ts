import assert from 'node:assert/strict';
import type { RequestFault } from '../../../src/proxy/http/request-head.ts';
import type { DenialReason, ProxyResponse } from '../../../src/proxy/messages.ts';
import { malformedRequest } from '../../../src/proxy/malformed-request.ts';
import { lasting, ownResponse, parseOwnMessage } from '../../../src/proxy/own-response.ts';
import {
  connectionLost,
  credentialChanged,
  connectingTimeout,
  credentialTimeout,
  denialResponse,
  headTimeout,
  malformedResponse,
  noUpstream,
  rejectionTimeout,
  responseBytes,
  unusableCredential,
} from '../../../src/proxy/responses.ts';

function read(response: ProxyResponse, method = 'GET'): { head: string; body: Buffer } {
  const bytes = responseBytes(response, method);
  const end = bytes.indexOf('\r\n\r\n') + 4;
  return { head: bytes.toString('latin1', 0, end), body: bytes.subarray(end) };
}

describe('A response of the proxy’s own', () => {
  // mlflow/exceptions.py gives a status to each code of mlflow/protos/databricks.proto that it can raise.
  const cases: readonly (readonly [ProxyResponse, number, string])[] = [
    [denialResponse('no-token'), 401, 'UNAUTHENTICATED'],
    [denialResponse('wrong-token'), 401, 'UNAUTHENTICATED'],
    [denialResponse('host'), 403, 'PERMISSION_DENIED'],
    [denialResponse('origin'), 403, 'PERMISSION_DENIED'],
    [denialResponse('fetch-site'), 403, 'PERMISSION_DENIED'],
    [denialResponse('forwarded'), 403, 'PERMISSION_DENIED'],
    [denialResponse('other-user'), 403, 'PERMISSION_DENIED'],
    [denialResponse('other-server'), 421, 'INVALID_STATE'],
    [denialResponse('outside-base-path'), 403, 'PERMISSION_DENIED'],
    [denialResponse('malformed'), 400, 'INVALID_PARAMETER_VALUE'],
    [denialResponse('limit'), 503, 'TEMPORARILY_UNAVAILABLE'],
    [malformedRequest({ fault: 'target', status: 400 }), 400, 'INVALID_PARAMETER_VALUE'],
    [malformedRequest({ fault: 'method', status: 405 }), 405, 'INVALID_PARAMETER_VALUE'],
    [malformedRequest({ fault: 'expect', status: 417 }), 417, 'INVALID_PARAMETER_VALUE'],
    [malformedRequest({ fault: 'head-too-large', status: 431 }), 431, 'INVALID_PARAMETER_VALUE'],
    [malformedRequest({ fault: 'version', status: 505 }), 505, 'INVALID_PARAMETER_VALUE'],
    [headTimeout(), 408, 'DEADLINE_EXCEEDED'],
    [noUpstream(), 424, 'INVALID_STATE'],
    [unusableCredential(), 424, 'INVALID_STATE'],
    [malformedResponse(), 502, 'INTERNAL_ERROR'],
    [connectingTimeout(), 503, 'TEMPORARILY_UNAVAILABLE'],
    [credentialTimeout(), 503, 'TEMPORARILY_UNAVAILABLE'],
    [rejectionTimeout(), 503, 'TEMPORARILY_UNAVAILABLE'],
    [credentialChanged(), 503, 'TEMPORARILY_UNAVAILABLE'],
    [connectionLost('mlflow.company.example'), 503, 'TEMPORARILY_UNAVAILABLE'],
  ];

  it('carries an error code that MLflow’s client knows, and says whose it is', () => {
    for (const [response, status, errorCode] of cases) {
      assert.equal(response.status, status, response.message);
      assert.equal(response.errorCode, errorCode, response.message);
      assert.match(
        response.message,
        /^MLflow Secrets Auth: (?:[A-Z]|mlflow\.company\.example ).*\. \((?:proxy|secret|upstream)\.\w+\)$/,
      );
    }
  });

  it('bears the mark that no tracking server’s response has', () => {
    for (const [response] of cases)
      assert.match(read(response).head, /\r\nmlflow-secrets-auth-response: 1\r\n/);
  });

  it('has a reason phrase for each status', () => {
    for (const [response, status] of cases) {
      assert.match(read(response).head, new RegExp(`^HTTP/1\\.1 ${status} (?!Error)[A-Z]`));
    }
  });

  it('says why it was denied, each reason in words of its own', () => {
    const reasons: readonly DenialReason[] = [
      'no-token',
      'wrong-token',
      'host',
      'origin',
      'forwarded',
      'other-user',
      'other-server',
      'outside-base-path',
      'limit',
    ];
    assert.equal(new Set(reasons.map((reason) => denialResponse(reason).message)).size, reasons.length);
  });

  it('names the header that a request is malformed by', () => {
    const named: readonly RequestFault[] = ['tab', 'repeated', 'named-by-connection'];
    for (const fault of named) {
      const { message } = malformedRequest({ fault, status: 400, field: 'Content-Length' });
      assert.match(message, /Content-Length/, fault);
    }
  });

  it('is JSON of the length that it says, in any language, and has no body for HEAD', () => {
    const response = ownResponse(lasting, 'aws.notFound', 'Das Geheimnis „mlflow“ fehlt. 秘密がありません。');
    const { head, body } = read(response);
    assert.match(head, new RegExp(`\r\nContent-Length: ${body.length}\r\n`));
    assert.deepEqual(JSON.parse(body.toString()), { error_code: 'INVALID_STATE', message: response.message });
    const forHead = read(response, 'HEAD');
    assert.equal(forHead.body.length, 0);
    assert.match(forHead.head, new RegExp(`\r\nContent-Length: ${body.length}\r\n`));
  });

  it('does not make a browser ask its user for a password', () => {
    const { head } = read(denialResponse('no-token'));
    assert.match(head, /\r\nWWW-Authenticate: Bearer /);
    assert.doesNotMatch(head, /Basic/);
  });

  it('is distinguished from one of the tracking server', () => {
    const { message } = ownResponse(lasting, 'secret.unexpected', 'It failed.');
    assert.equal(parseOwnMessage(message), 'It failed. (secret.unexpected)');
    assert.equal(parseOwnMessage('It failed.'), undefined);
  });
});
