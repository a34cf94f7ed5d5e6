import assert from 'node:assert/strict';
import type { ProblemCode } from '../../../src/problem-catalogue.ts';
import { proxyInFrontOf } from './fixture.ts';
import { statuses } from './raw-client.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { bearer, sessionToken } from './test-proxy.ts';
import type { TestProxy } from './test-proxy.ts';

/** Of the proxy, its port and its connection rather than of a request; see `trouble-then-over.test.ts`. */
type NotOfRequest =
  | 'proxy.notConnected'
  | 'proxy.connecting'
  | 'proxy.tooManyConnections'
  | 'proxy.portTaken'
  | 'proxy.listen'
  | 'proxy.lost'
  | 'proxy.silent'
  | 'proxy.otherUser'
  | 'proxy.otherMachine'
  | 'proxy.tokenElsewhere';
type Code = Exclude<Extract<ProblemCode, `proxy.${string}`>, NotOfRequest>;

const path = '/mlflow/api/2.0/mlflow/experiments/search';

/** Of a program that was started for this server. */
const right = (proxy: TestProxy): string =>
  proxy.request(`GET ${path}`, 'Connection: close').replace(sessionToken, `${sessionToken}.own`);

/** What gets this code. */
type Fault = (proxy: TestProxy) => Promise<string>;

const sending =
  (change: (request: string) => string): Fault =>
  async (proxy) =>
    proxy.exchange(change(right(proxy)));
const withField = (field: string): Fault =>
  sending((request) => request.replace('\r\n\r\n', `\r\n${field}\r\n\r\n`));

const faults: Readonly<Record<Code, Fault>> = {
  'proxy.noToken': sending((request) => request.replace(`${bearer}.own\r\n`, '')),
  'proxy.wrongToken': sending((request) => request.replace(sessionToken, 'canary-revoked')),
  'proxy.otherServer': sending((request) => request.replace('.own', '.another')),
  'proxy.host': sending((request) => request.replace('127.0.0.1', 'mlflow.company.example')),
  'proxy.otherOrigin': withField('Origin: https://page.example'),
  'proxy.forwarded': withField('X-Forwarded-For: 127.0.0.1'),
  'proxy.outsideBasePath': sending((request) => request.replace(path, '/elsewhere')),
  'proxy.malformedRequest': sending((request) => request.replace('HTTP/1.1', 'HTTP/9')),
  'proxy.headTimeout': async (proxy) => proxy.exchange(`GET ${path} HTTP/1.1\r\n`),
};

describe('After a request that was denied', () => {
  const { proxy } = proxyInFrontOf(RecordingUpstream, {
    lifetime: 'test',
    ...{ id: 'own', basePath: '/mlflow' },
    limits: { timeouts: { headMs: 300 } },
  });

  for (const [code, fault] of Object.entries(faults)) {
    it(`with ${code}, a right one is let in`, async () => {
      const text = await fault(proxy);
      assert.ok(text.includes(`(${code})`), text);
      assert.deepEqual(statuses(await proxy.exchange(right(proxy))), [200]);
    });
  }
});
