import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { upstreamId } from '../../../src/connection/client-token.ts';
import { withChanges } from '../../../src/python/process-environment.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { ensure, tools } from '../../support/setup/parts.mjs';
import { RecordingUpstream } from '../proxy/recording-upstream.ts';
import { Connection } from './connection.ts';
import { clientChanges } from './run-client.ts';

const credential = { user: 'ada', password: 'canary-upstream' };
const signedIn = `authorization: Basic ${Buffer.from(`${credential.user}:${credential.password}`).toString('base64')}`;

interface GrpcCall {
  readonly method: string;
  readonly metadata: Readonly<Record<string, string>>;
}

describe('Code that asks the tracking server without MLflow’s client, in a process that uses MLflow', function () {
  this.timeout(180_000);
  let connection: Connection;
  let upstream: RecordingUpstream;
  let grpcCalls: readonly GrpcCall[];

  before(async function () {
    this.timeout(600_000);
    await ensure(['other-clients']);
    upstream = await RecordingUpstream.start();
    upstream.answer = ({ target }, response): void => {
      response.setHeader('content-type', 'application/json');
      response.end(target === '/version' ? '3.17.2' : '{}');
    };
    const tracking = { origin: upstream.origin, basePath: '' };
    connection = await Connection.open(
      {
        ...{ id: upstreamId(tracking), ...tracking, httpProxy: undefined, clientCertificate: undefined },
        trust: { kind: 'roots', added: [], isComplete: true },
      },
      credential,
    );
    const [python, home] = [tools.python('other-clients'), await runFolder('other-clients')];
    const own = { PATH: process.env['PATH'], HOME: home, PYTHONDONTWRITEBYTECODE: '1' };
    const changes = clientChanges({ python, connection, home, startedFor: tracking });
    const { stdout } = await promisify(execFile)(
      python,
      [join(import.meta.dirname, 'other_clients.py'), upstream.origin],
      { env: withChanges(own, changes, process.platform), timeout: 120_000 },
    );
    grpcCalls = JSON.parse(stdout) as readonly GrpcCall[];
  });

  after(async () => {
    await connection.close();
    await upstream.stop();
  });

  function fieldsOf(path: string): readonly string[] {
    const [request, ...others] = upstream.requests.filter(({ target }) => target === path);
    assert.ok(request !== undefined && others.length === 0, path);
    return request.fields.map((field) => field.replace(/^[^:]+/, (name) => name.toLowerCase()));
  }

  for (const path of ['/requests', '/otlp-http']) {
    it(`is signed in: ${path}`, () => {
      assert.ok(fieldsOf(path).includes(signedIn));
    });
  }

  for (const path of ['/urllib', '/urllib3', '/httpx', '/aiohttp']) {
    it(`goes where it would without the extension, with nothing of it: ${path}`, () => {
      assert.deepEqual(
        fieldsOf(path).filter((field) => field.startsWith('authorization')),
        [],
      );
    });
  }

  it('goes where it would, with nothing of the extension: gRPC', () => {
    assert.deepEqual(
      grpcCalls.map(({ method }) => method),
      ['/opentelemetry.proto.collector.trace.v1.TraceService/Export'],
    );
    assert.deepEqual(
      grpcCalls.flatMap(({ metadata }) => Object.keys(metadata)).filter((name) => name !== 'user-agent'),
      [],
    );
  });

  it('never shows the session token to the server', () => {
    const shown = [...upstream.requests.flatMap(({ fields }) => fields), JSON.stringify(grpcCalls)].join(
      '\n',
    );
    const readings = [shown, ...shown.split(/\s/).map((word) => Buffer.from(word, 'base64').toString())];
    assert.ok(!readings.some((text) => text.includes(connection.sessionToken)));
  });
});
