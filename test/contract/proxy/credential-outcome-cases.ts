import { gzipSync } from 'node:zlib';
import {
  html,
  json,
  nginxForbidden,
  permissionDenied,
  redirect,
  response,
  signInForm,
} from './responses-as-sent.ts';

/** The path that is asked for, and the response. */
type Case = string | readonly [path: string, bytes: string];

export interface Cases {
  /** What is posted of the credential. */
  readonly outcome: 'accepted' | 'nothing' | 'rejected 401' | 'rejected 403';
  readonly asksStore: boolean;
  /** Of what Python is told in its place; left out: Python gets it as it is. */
  readonly code?: string;
  readonly responses: Readonly<Record<string, Case>>;
}

export const search = '/api/2.0/mlflow/experiments/search';
const artifacts = '/api/2.0/mlflow-artifacts/artifacts/0';

function chunked(text: string): string {
  const parts = [text.slice(0, 20), text.slice(20)];
  const chunks = parts.map((part) => `${part.length.toString(16)};x=y\r\n${part}\r\n`).join('');
  return `HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`;
}

const gzipped = ['Content-Type: application/json', 'Content-Encoding: gzip'];
const plain = ['Content-Type: text/plain'];

export const cases: readonly Cases[] = [
  {
    outcome: 'accepted',
    asksStore: false,
    responses: {
      data: json('200 OK', { experiments: [] }),
      'data for the user interface': ['/ajax-api/2.0/mlflow/runs/search', json('200 OK', {})],
      traces: ['/v1/traces', response('200 OK', ['Content-Type: application/x-protobuf'])],
      'no content': response('204 No Content', []),
      'an artifact that is a web page': [
        `${artifacts}/report.html`,
        html('200 OK', '<title>Sign in</title>', 'Content-Disposition: attachment; filename=report.html'),
      ],
      'MLflow: no such run': json('404 Not Found', {
        error_code: 'RESOURCE_DOES_NOT_EXIST',
        message: 'Run not found',
      }),
      'MLflow: no permission': json('403 Forbidden', permissionDenied),
      'MLflow: no permission, compressed by a gateway': response(
        '403 Forbidden',
        gzipped,
        gzipSync(JSON.stringify(permissionDenied)).toString('latin1'),
      ),
      'MLflow: no permission, in chunks': chunked(JSON.stringify(permissionDenied)),
      'basic-auth: no permission': html('403 FORBIDDEN', 'Permission denied'),
      'mlflow-oidc-auth: no permission': json('403 FORBIDDEN', { message: 'Permission denied' }),
      'mlflow-oidc-auth: no permission for its own API': json('403 Forbidden', {
        detail: 'Insufficient permissions to manage model',
      }),
    },
  },
  {
    outcome: 'nothing',
    asksStore: false,
    responses: {
      'MLflow: what anybody may ask': ['/api/3.0/mlflow/server-info', json('200 OK', {})],
      'MLflow: its version': ['/version', response('200 OK', plain, '3.17.2')],
      'MLflow: its health': ['/health', response('200 OK', plain, 'OK')],
      'MLflow: a workspace that is not there': json('404 Not Found', {
        error_code: 'RESOURCE_DOES_NOT_EXIST',
        message: "Workspace 'x' not found",
      }),
      'MLflow: a path that it does not have': html('404 NOT FOUND', '<title>404 Not Found</title>'),
      'a redirect to the path with a slash': redirect(`${search}/`, '308 Permanent Redirect'),
      'a redirect to the path below which the server is': redirect(`/mlflow${search}`, '307 X'),
      'a redirect to another of its paths': redirect('/api/3.0/mlflow/experiments/search', '307 X'),
      'a redirect to a file that a store signed': [
        `${artifacts}/model.pkl`,
        redirect('https://bucket.s3.amazonaws.com/0/model.pkl?X-Amz-Signature=canary'),
      ],
      'a redirect to a file at another host': [
        `${artifacts}/model.pkl`,
        redirect('https://files.company.example/0/model.pkl'),
      ],
      'the user interface': ['/', html('200 OK', signInForm)],
      'a sign-in for the user interface': ['/', redirect('https://sso.company.example/oauth2/start')],
    },
  },
  {
    outcome: 'nothing',
    asksStore: false,
    code: 'upstream.hostDenied',
    responses: {
      'MLflow: a Host that it does not allow': response(
        '403 FORBIDDEN',
        plain,
        'Invalid Host header - possible DNS rebinding attack detected',
      ),
    },
  },
  {
    outcome: 'nothing',
    asksStore: false,
    code: 'upstream.serverError',
    responses: {
      'a gateway without its server': html('502 Bad Gateway', '<title>502 Bad Gateway</title>'),
    },
  },
  {
    outcome: 'nothing',
    asksStore: false,
    code: 'upstream.moved',
    responses: {
      'a redirect to the same path over TLS': redirect(`https://mlflow.company.example${search}`, '301 X'),
      'a redirect to where the server is now': redirect(`https://new.company.example/mlflow${search}`),
    },
  },
  {
    outcome: 'nothing',
    asksStore: false,
    code: 'upstream.httpsNeeded',
    responses: {
      'nginx: http at the port of https': html(
        '400 Bad Request',
        '<title>400 The plain HTTP request was sent to HTTPS port</title>',
      ),
      'Go: http at the port of https': response(
        '400 Bad Request',
        plain,
        'Client sent an HTTP request to an HTTPS server.',
      ),
    },
  },
  {
    outcome: 'rejected 401',
    asksStore: true,
    code: 'upstream.rejected',
    responses: {
      'basic-auth: a wrong password': html(
        '401 UNAUTHORIZED',
        'You are not authenticated.',
        'WWW-Authenticate: Basic realm="mlflow"',
      ),
      'mlflow-oidc-auth: a wrong token': json('401 Unauthorized', { detail: 'Authentication required' }),
      'Kong: an unknown key': json('401 Unauthorized', { message: 'Unauthorized' }, 'WWW-Authenticate: Key'),
      'Google Identity-Aware Proxy: an expired token': html(
        '401 Unauthorized',
        'Invalid IAP credentials: JWT expired',
        'X-Goog-IAP-Generated-Response: true',
      ),
      'App Service: an expired token': response('401 Unauthorized', [
        'WWW-Authenticate: Bearer realm="x" authorization_uri="https://login.windows.net/x/oauth2/authorize"',
      ]),
      'oauth2-proxy: a program without a session': json('401 Unauthorized', {}),
    },
  },
  {
    outcome: 'rejected 403',
    asksStore: true,
    responses: {
      'nginx: forbidden': html('403 Forbidden', nginxForbidden),
      'Kong: not in the group': json('403 Forbidden', { message: 'You cannot consume this service' }),
      'AWS API Gateway: forbidden': json('403 Forbidden', { message: 'Forbidden' }),
      'a 403 without a body': response('403 Forbidden', []),
      'a 403 of a coding that is not known': response(
        '403 Forbidden',
        ['Content-Encoding: zstd'],
        JSON.stringify(permissionDenied),
      ),
      'a 403 that is larger than what is looked into': json('403 Forbidden', {
        ...permissionDenied,
        more: 'x'.repeat(40_000),
      }),
    },
  },
  {
    outcome: 'nothing',
    asksStore: true,
    responses: { 'a 401 for a page': ['/', html('401 Unauthorized', signInForm)] },
  },
];
