import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { ProxyResponse } from '../../../src/proxy/messages.ts';
import { proxyInFrontOf } from './fixture.ts';
import { statuses } from './raw-client.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { credential, sessionToken, TestProxy } from './test-proxy.ts';

const sealed: ProxyResponse = {
  status: 424,
  errorCode: 'INVALID_STATE',
  message: 'Vault is sealed. Ask its administrator to unseal it.',
};

/** A tracking server that takes one secret only, and remembers what it applied. */
class RotatingUpstream {
  readonly recording: RecordingUpstream;
  /** The version of the secret. */
  accepted = 1;
  readonly applied: string[] = [];
  rejected = 0;
  /** Of what it rejects. */
  status = 401;

  private constructor(recording: RecordingUpstream) {
    this.recording = recording;
    recording.answer = ({ fields, target, body }, response) => {
      const { headerValue } = credential(this.accepted);
      if (target !== '/version' && !fields.includes(`Authorization: ${headerValue}`)) {
        this.rejected += 1;
        response.writeHead(this.status, { 'content-type': 'text/plain' }).end('who are you?');
        return;
      }
      this.applied.push(`${target} ${body.length}`);
      response.end(`ok ${target}`);
    };
  }

  static async start(): Promise<RotatingUpstream> {
    return new RotatingUpstream(await RecordingUpstream.start());
  }

  get origin(): string {
    return this.recording.origin;
  }

  get requests(): RecordingUpstream['requests'] {
    return this.recording.requests;
  }

  async stop(): Promise<void> {
    await this.recording.stop();
  }
}

describe('The credential of each request', function () {
  this.timeout(60_000);
  const { proxy, upstream, restart } = proxyInFrontOf(RotatingUpstream, { lifetime: 'test' });

  /** How often the worker asked for a credential, for this reason. */
  const needed = (reason: string): number =>
    proxy.all('credentialNeeded').filter((message) => message.reason === reason).length;
  /** The response to a request with this body. */
  const send = async (
    line: string,
    body: string,
    framing = `Content-Length: ${body.length}`,
  ): Promise<string> => proxy.exchange(proxy.request(line, framing, 'Connection: close') + body);

  it('is awaited by all requests and asked for once; /version does not wait', async () => {
    proxy.setCredential({ kind: 'pending' });
    const waiting = Array.from({ length: 20 }, async (_, index) => proxy.get(`/api/${index}`));
    await proxy.next('credentialNeeded', ({ reason }) => reason === 'missing');
    assert.deepEqual(statuses(await proxy.get('/version')), [200]);
    assert.deepEqual(upstream.applied, ['/version 0']);
    assert.ok(!upstream.requests[0]?.fields.some((field) => /^authorization/i.test(field)));
    proxy.setCredential(credential(1));
    for (const answer of await Promise.all(waiting)) assert.deepEqual(statuses(answer), [200]);
    assert.equal(needed('missing'), 1);
  });

  it('that does not arrive in time means 503, without Retry-After', async () => {
    await restart({ credential: { kind: 'pending' }, limits: { gate: { credentialTimeoutMs: 50 } } });
    const answer = await proxy.get('/api/x');
    assert.deepEqual(statuses(answer), [503]);
    assert.doesNotMatch(answer, /retry-after/i);
    assert.deepEqual(upstream.requests, []);
  });

  it('that cannot be obtained means an immediate response in the words of the store', async () => {
    proxy.setCredential({ kind: 'pending' });
    const waiting = proxy.get('/api/waiting');
    await proxy.next('credentialNeeded');
    proxy.setCredential({ kind: 'unavailable', response: sealed });
    for (const answer of [await waiting, await proxy.get('/api/later')]) {
      assert.deepEqual(statuses(answer), [424]);
      const body = JSON.parse(answer.split('\r\n\r\n')[1] ?? '') as { error_code: string; message: string };
      assert.deepEqual(body, { error_code: 'INVALID_STATE', message: sealed.message });
    }
    assert.deepEqual(statuses(await proxy.get('/version')), [200]);
  });

  it('that has expired is not sent; a new one is asked for and awaited', async () => {
    proxy.setCredential(credential(1, { expiresAt: Date.now() - 1 }));
    const waiting = proxy.get('/api/x');
    await proxy.next('credentialNeeded', ({ reason }) => reason === 'expired');
    assert.deepEqual(upstream.requests, []);
    upstream.accepted = 2;
    proxy.setCredential(credential(2));
    assert.deepEqual(statuses(await waiting), [200]);
  });

  it('that is due for a refresh is still used, and asked for once', async () => {
    proxy.setCredential(credential(1, { refreshAt: Date.now() - 1 }));
    for (let round = 0; round < 5; round += 1) assert.deepEqual(statuses(await proxy.get('/api/x')), [200]);
    await proxy.next('credentialNeeded', ({ reason }) => reason === 'refresh');
    assert.equal(needed('refresh'), 1);
  });

  it('with a line break in it is never sent', async () => {
    for (const headerValue of ['Bearer a\r\nX: y', 'Bearer a\nb', 'Bearer \0', '']) {
      await restart({ credential: credential(1, { headerValue }) });
      const answer = await proxy.get('/api/x');
      assert.deepEqual(statuses(answer), [424]);
      assert.deepEqual(upstream.requests, []);
    }
    await restart({ credential: credential(1, { headerName: 'Bad Name' }) });
    assert.deepEqual(statuses(await proxy.get('/api/x')), [424]);
  });

  it('is for one origin: after a switch, none is sent until there is one for the new origin', async () => {
    assert.deepEqual(statuses(await proxy.get('/api/x')), [200]);
    const other = await RecordingUpstream.start();
    try {
      proxy.setUpstream(other.origin);
      const waiting = proxy.get('/api/y');
      await proxy.next('credentialNeeded', ({ reason }) => reason === 'missing');
      assert.equal(other.requests.length, 0);
      proxy.setCredential(credential(7));
      assert.deepEqual(statuses(await waiting), [200]);
      assert.match(other.requests[0]?.fields.join('\n') ?? '', /canary-upstream-secret-7/);
    } finally {
      await other.stop();
    }
  });

  it('without a tracking server means a response that says how to configure one', async () => {
    const alone = await TestProxy.start();
    try {
      const answer = await alone.get('/api/x');
      assert.deepEqual(statuses(answer), [424]);
      assert.match(answer, /MLflow: Connect/);
    } finally {
      await alone.dispose();
    }
  });

  describe('rejected by the tracking server', () => {
    for (const status of [401, 403]) {
      it(`with ${status} is replaced, and the request sent again, when the store has a new one`, async () => {
        upstream.accepted = 2;
        upstream.status = status;
        proxy.onCredentialNeeded = () => proxy.setCredential(credential(2));
        const body = 'x'.repeat(2 ** 20);
        const answer = await send('POST /api/log-batch', body);
        assert.deepEqual(statuses(answer), [200]);
        assert.deepEqual(upstream.applied, [`/api/log-batch ${body.length}`]);
        assert.equal(upstream.rejected, 1);
      });

      it(`with ${status} is told when the store still has the same, and asked about only once`, async () => {
        upstream.accepted = 2;
        upstream.status = status;
        proxy.onCredentialNeeded = () => proxy.setCredential(credential(1));
        for (let round = 0; round < 5; round += 1) {
          const answer = await proxy.get('/api/x');
          assert.deepEqual(statuses(answer), [status]);
          // Whoever refuses says why, and MLflow's own 401 says what must not be done here.
          assert.match(
            answer,
            status === 403 ? /who are you\?/ : /does not accept the credential.*\(upstream\.rejected\)/,
          );
        }
        assert.equal(needed('rejected'), 1);
        assert.equal(upstream.rejected, 5);
      });
    }

    it('is told with whether the tracking server had accepted the same credential before', async () => {
      const before = (): boolean[] =>
        proxy
          .all('credentialNeeded')
          .flatMap((need) => (need.reason === 'rejected' ? [need.wasAccepted] : []));
      proxy.onCredentialNeeded = () => proxy.setCredential(credential(2));
      upstream.accepted = 2;
      await proxy.get('/api/2.0/mlflow/experiments/search');
      proxy.onCredentialNeeded = () => proxy.setCredential(credential(3));
      upstream.accepted = 3;
      await proxy.get('/api/2.0/mlflow/experiments/search');
      assert.deepEqual(before(), [false, true]);
    });

    it('means that a chunked body is sent again as it came', async () => {
      upstream.accepted = 2;
      proxy.onCredentialNeeded = () => proxy.setCredential(credential(2));
      const chunks = '5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n';
      const answer = await send('PUT /api/x', chunks, 'Transfer-Encoding: chunked');
      assert.deepEqual(statuses(answer), [200]);
      assert.deepEqual(upstream.applied, ['/api/x 6']);
    });

    it('means 503, which MLflow’s client retries, when the store does not respond in time', async () => {
      await restart({ limits: { gate: { rejectionTimeoutMs: 50 } } });
      upstream.accepted = 2;
      const answer = await proxy.get('/api/x');
      assert.deepEqual(statuses(answer), [503]);
      assert.doesNotMatch(answer, /retry-after/i);
    });

    it('means a response in the words of the store when the store is unavailable', async () => {
      upstream.accepted = 2;
      proxy.onCredentialNeeded = () => proxy.setCredential({ kind: 'unavailable', response: sealed });
      assert.match(await proxy.get('/api/x'), /^HTTP\/1\.1 424 [^]*Vault is sealed/);
    });

    it('for /version is passed on as it is', async () => {
      upstream.accepted = 2;
      upstream.recording.answer = (_request, response) => response.writeHead(401).end('no');
      assert.deepEqual(statuses(await proxy.get('/version')), [401]);
      assert.equal(needed('rejected'), 0);
    });

    it('means 503 for an upload that was streamed, which succeeds when it is sent again', async () => {
      upstream.accepted = 2;
      proxy.onCredentialNeeded = () => setTimeout(() => proxy.setCredential(credential(2)), 20);
      const size = 8 * 2 ** 20;
      const upload = async (): Promise<string> => {
        const client = await proxy.connect(
          proxy.request('PUT /artifact', `Content-Length: ${size}`, 'Connection: close'),
        );
        client.write(Buffer.alloc(size));
        await client.ended();
        return client.text;
      };
      const first = await upload();
      assert.deepEqual(statuses(first), [503]);
      assert.doesNotMatch(first, /retry-after/i);
      assert.deepEqual(statuses(await upload()), [200]);
      assert.deepEqual(upstream.applied, [`/artifact ${size}`]);
    });

    it('while 50 clients are working lets every call succeed once, and the store is asked once', async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 50 });
      let version = 1;
      proxy.onCredentialNeeded = () => setTimeout(() => proxy.setCredential(credential((version += 1))), 50);
      const calls = 30;
      const log = async (target: string): Promise<number | undefined> => {
        const body = JSON.stringify({ key: 'loss', target });
        const call = request({
          agent,
          port: proxy.port,
          host: '127.0.0.1',
          method: 'POST',
          path: target,
          headers: { authorization: `Bearer ${sessionToken}`, 'content-length': body.length },
        });
        call.end(body);
        const [response] = (await once(call, 'response')) as [IncomingMessage];
        await once(response.resume(), 'end');
        return response.statusCode;
      };
      const seen = await Promise.all(
        Array.from({ length: 50 }, async (_, client) => {
          const codes: (number | undefined)[] = [];
          for (let step = 0; step < calls; step += 1) {
            // In the middle of the work of all others.
            if (client === 0 && step === calls / 2) upstream.accepted = 2;
            codes.push(await log(`/api/log-metric/${client}/${step}`));
          }
          return codes;
        }),
      );
      agent.destroy();
      assert.deepEqual([...new Set(seen.flat())], [200]);
      const applied = upstream.applied.map((text) => text.split(' ')[0]);
      assert.equal(applied.length, 50 * calls);
      assert.equal(new Set(applied).size, 50 * calls);
      assert.ok(upstream.rejected > 0);
      assert.equal(needed('rejected'), 1);
    });
  });
});
