import assert from 'node:assert/strict';
import type { ProbeResponse } from '../../../src/connection/probe-local-proxy.ts';
import { signedInCalls } from '../../../src/connection/server-verdict.ts';
import type { ServerVerdict } from '../../../src/connection/server-verdict.ts';

type Said = Partial<Pick<ProbeResponse, 'status' | 'text'>>;

function response(said: Said): ProbeResponse {
  return { kind: 'response', isOwn: false, status: 200, text: '', ...said };
}

/** What the call at this place in the order says of a response. */
function verdict(place: 0 | 1, said: Said): ServerVerdict | undefined {
  const call = signedInCalls[place];
  assert.ok(call);
  return call.judge(response(said));
}

const page = (text: string): Said => ({ text: `<!doctype html><title>${text}</title>` });

describe('What a tracking server says of the credential', () => {
  describe('when it is asked who the user is', () => {
    const rows: readonly (readonly [what: string, said: Said, verdict: ServerVerdict | undefined])[] = [
      [
        'MLflow’s basic-auth names the user',
        { text: '{"user":{"id":2,"username":"ada","is_admin":false},"is_basic_auth":true}' },
        { kind: 'accepted', user: 'ada' },
      ],
      [
        'mlflow-oidc-auth names the user',
        { text: '{"id":2,"username":"ada@company.com","is_admin":false}' },
        { kind: 'accepted', user: 'ada@company.com' },
      ],
      ['401', { status: 401, text: '' }, { kind: 'rejected', status: 401 }],
      ['an older MLflow has no such path', { status: 404, ...page('404 Not Found') }, undefined],
      ['a page', page('MLflow'), undefined],
      ['JSON that is empty, as it may be of experiments', { text: '{}' }, { kind: 'notMlflow', status: 200 }],
      ['JSON that names nobody', { text: '{"user":{"username":7}}' }, undefined],
      ['an empty name', { text: '{"username":""}' }, undefined],
      ['a 403 of whoever', { status: 403 }, undefined],
      ['a redirect', { status: 302 }, undefined],
    ];
    for (const [what, said, expected] of rows) {
      it(what, () => assert.deepEqual(verdict(0, said), expected));
    }
  });

  describe('when it is asked for experiments', () => {
    const rows: readonly (readonly [what: string, said: Said, verdict: ServerVerdict])[] = [
      [
        'experiments',
        { text: '{"experiments":[{"experiment_id":"0"}]}' },
        { kind: 'accepted', user: undefined },
      ],
      [
        'a token that is invalid, in MLflow’s form',
        { status: 400, text: '{"error_code":"INVALID_TOKEN","message":"It is expired."}' },
        { kind: 'rejected', status: 400 },
      ],
      [
        'an error of something else',
        { status: 404, text: '{"error_code":"404","message":"no route"}' },
        { kind: 'notMlflow', status: 404 },
      ],
      ['none that the user may read', { text: '{}' }, { kind: 'accepted', user: undefined }],
      [
        'no workspace is chosen',
        {
          status: 400,
          text: '{"error_code":"INVALID_PARAMETER_VALUE","message":"Active workspace is required."}',
        },
        { kind: 'accepted', user: undefined },
      ],
      ['401', { status: 401, ...page('401') }, { kind: 'rejected', status: 401 }],
      ['403 of a gateway', { status: 403, ...page('Forbidden') }, { kind: 'rejected', status: 403 }],
      ['403 of MLflow’s basic-auth', { status: 403, text: 'Permission denied' }, { kind: 'noPermission' }],
      [
        '403 of MLflow’s handlers',
        { status: 403, text: '{"error_code":"PERMISSION_DENIED","message":"No."}' },
        { kind: 'noPermission' },
      ],
      [
        '403 with another code of MLflow’s own',
        { status: 403, text: '{"error_code":"RESOURCE_LIMIT_EXCEEDED","message":"No more."}' },
        { kind: 'noPermission' },
      ],
      [
        '403 of what mlflow-oidc-auth adds to MLflow',
        { status: 403, text: '{"detail":"Insufficient permissions to do this"}' },
        { kind: 'noPermission' },
      ],
      [
        '403 of a gateway, in JSON',
        { status: 403, text: '{"error_code":"403","message":"Forbidden"}' },
        { kind: 'rejected', status: 403 },
      ],
      [
        '403 of mlflow-oidc-auth',
        { status: 403, text: '{"message":"Permission denied"}' },
        { kind: 'noPermission' },
      ],
      ['a redirect on the same server', { status: 308 }, { kind: 'notMlflow', status: 308 }],
      ['502 of a gateway', { status: 502, ...page('Bad Gateway') }, { kind: 'serverError', status: 502 }],
      [
        '500 of MLflow',
        { status: 500, text: '{"error_code":"INTERNAL_ERROR","message":"No database."}' },
        { kind: 'serverError', status: 500 },
      ],
      ['421 of a gateway', { status: 421, ...page('Misdirected Request') }, { kind: 'refused', status: 421 }],
      ['431 of a gateway', { status: 431 }, { kind: 'refused', status: 431 }],
      ['400 of a gateway', { status: 400, ...page('Bad Request') }, { kind: 'refused', status: 400 }],
      ['a path that is not there', { status: 404, text: 'no backend' }, { kind: 'notMlflow', status: 404 }],
      ['too many requests', { status: 429 }, { kind: 'serverError', status: 429 }],
      ['another server’s page', page('Grafana'), { kind: 'notMlflow', status: 200 }],
      ['another server’s JSON', { text: '{"status":"ok"}' }, { kind: 'notMlflow', status: 200 }],
      ['a list', { text: '[]' }, { kind: 'notMlflow', status: 200 }],
      ['nothing', { text: '' }, { kind: 'notMlflow', status: 200 }],
      ['404 of a web server', { status: 404, ...page('Not found') }, { kind: 'notMlflow', status: 404 }],
      ['404 as JSON', { status: 404, text: '{"detail":"Not Found"}' }, { kind: 'notMlflow', status: 404 }],
    ];
    for (const [what, said, expected] of rows) {
      it(what, () => assert.deepEqual(verdict(1, said), expected));
    }
  });
});
