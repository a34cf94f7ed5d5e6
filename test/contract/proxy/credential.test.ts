import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { ProxyResponse } from '../../../src/proxy/messages.ts';
import { bearer, credential, sessionToken, statuses, TestProxy } from './fixture.ts';
import type { TestProxyOptions } from './fixture.ts';
import { RecordingUpstream } from './recording-upstream.ts';

const sealed: ProxyResponse = {
  status: 424,
  errorCode: 'INVALID_STATE',
  message: 'Vault is sealed. Ask its administrator to unseal it.',
};

/** A tracking server that takes one secret only, and remembers what it applied. */
class RotatingUpstream {
  readonly recording: RecordingUpstream;
  accepted = 1;
  readonly applied: string[] = [];
  refused = 0;
  status = 401;

  constructor(recording: RecordingUpstream) {
    this.recording = recording;
    recording.answer = ({ fields, target, body }, response) => {
      const expected = credential(this.accepted);
      assert.ok(expected.kind === 'ready');
      if (target !== '/version' && !fields.includes(`Authorization: ${expected.headerValue}`)) {
        this.refused += 1;
        response.writeHead(this.status, { 'content-type': 'text/plain' }).end('who are you?');
        return;
      }
      this.applied.push(`${target} ${body.length}`);
      response.end(`ok ${target}`);
    };
  }
}

describe('The credential of each request', function () {
  this.timeout(60_000);
  let upstream: RotatingUpstream;
  let recording: RecordingUpstream;
  let proxy: TestProxy;

  beforeEach(async () => {
    recording = await RecordingUpstream.start();
    upstream = new RotatingUpstream(recording);
  });

  afterEach(async () => {
    await proxy.close();
    await recording.stop();
  });

  const start = async (options: TestProxyOptions = {}): Promise<void> => {
    proxy = await TestProxy.start({ origin: recording.origin, ...options });
  };
  const get = (target: string): string =>
    `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\n${bearer}\r\nConnection: close\r\n\r\n`;
  const wanted = (reason: string): number =>
    proxy.all('credentialNeeded').filter((message) => message.reason === reason).length;

  it('is waited for by all, and asked for once; /version does not wait', async () => {
    await start({ credential: { kind: 'pending' } });
    const waiting = Array.from({ length: 20 }, async (_, index) => proxy.exchange(get(`/api/${index}`)));
    await proxy.next('credentialNeeded', ({ reason }) => reason === 'missing');
    assert.deepEqual(statuses(await proxy.exchange(get('/version'))), [200]);
    assert.deepEqual(upstream.applied, ['/version 0']);
    assert.ok(!recording.requests[0]?.fields.some((field) => /^authorization/i.test(field)));
    proxy.setCredential(credential(1));
    for (const answer of await Promise.all(waiting)) assert.deepEqual(statuses(answer), [200]);
    assert.equal(wanted('missing'), 1);
  });

  it('that does not come in time is answered 503, without Retry-After', async () => {
    await start({ credential: { kind: 'pending' }, limits: { gate: { credentialTimeoutMs: 50 } } });
    const answer = await proxy.exchange(get('/api/x'));
    assert.deepEqual(statuses(answer), [503]);
    assert.doesNotMatch(answer, /retry-after/i);
    assert.deepEqual(recording.requests, []);
  });

  it('that cannot be had is answered at once, in the words of the store', async () => {
    await start({ credential: { kind: 'pending' } });
    const waiting = proxy.exchange(get('/api/waiting'));
    await proxy.next('credentialNeeded');
    proxy.setCredential({ kind: 'unavailable', response: sealed });
    for (const answer of [await waiting, await proxy.exchange(get('/api/later'))]) {
      assert.deepEqual(statuses(answer), [424]);
      const body = JSON.parse(answer.split('\r\n\r\n')[1] ?? '') as { error_code: string; message: string };
      assert.deepEqual(body, { error_code: 'INVALID_STATE', message: sealed.message });
    }
    assert.deepEqual(statuses(await proxy.exchange(get('/version'))), [200]);
  });

  it('that has expired is not sent; a new one is asked for and waited for', async () => {
    await start({
      credential: { ...credential(1), expiresAt: Date.now() - 1 } as ReturnType<typeof credential>,
    });
    const waiting = proxy.exchange(get('/api/x'));
    await proxy.next('credentialNeeded', ({ reason }) => reason === 'expired');
    assert.deepEqual(recording.requests, []);
    upstream.accepted = 2;
    proxy.setCredential(credential(2));
    assert.deepEqual(statuses(await waiting), [200]);
  });

  it('that is due for a refresh is used meanwhile, and asked for once', async () => {
    await start({
      credential: { ...credential(1), refreshAt: Date.now() - 1 } as ReturnType<typeof credential>,
    });
    for (let round = 0; round < 5; round += 1)
      assert.deepEqual(statuses(await proxy.exchange(get('/api/x'))), [200]);
    await proxy.next('credentialNeeded', ({ reason }) => reason === 'refresh');
    assert.equal(wanted('refresh'), 1);
  });

  it('with a line break in it is never sent', async () => {
    for (const headerValue of ['Bearer a\r\nX: y', 'Bearer a\nb', 'Bearer \0', '']) {
      await start({ credential: { ...credential(1), headerValue } as ReturnType<typeof credential> });
      const answer = await proxy.exchange(get('/api/x'));
      assert.deepEqual(statuses(answer), [424]);
      assert.deepEqual(recording.requests, []);
      await proxy.close();
    }
    await start({ credential: credential(1, 'Bad Name') });
    assert.deepEqual(statuses(await proxy.exchange(get('/api/x'))), [424]);
  });

  it('is for one origin: after a switch none is sent until there is one for the new', async () => {
    await start();
    assert.deepEqual(statuses(await proxy.exchange(get('/api/x'))), [200]);
    const other = await RecordingUpstream.start();
    try {
      proxy.setUpstream(other.origin);
      const waiting = proxy.exchange(get('/api/y'));
      await proxy.next('credentialNeeded', ({ reason }) => reason === 'missing');
      assert.equal(other.requests.length, 0);
      proxy.setCredential(credential(7));
      assert.deepEqual(statuses(await waiting), [200]);
      assert.match(other.requests[0]?.fields.join('\n') ?? '', /canary-upstream-secret-7/);
    } finally {
      await other.stop();
    }
  });

  it('without a tracking server says how to get one', async () => {
    proxy = await TestProxy.start();
    const answer = await proxy.exchange(get('/api/x'));
    assert.deepEqual(statuses(answer), [424]);
    assert.match(answer, /Connect MLflow/);
  });

  describe('refused by the tracking server', () => {
    for (const status of [401, 403]) {
      it(`${status}: replaced, and the request sent again, when the store has a new one`, async () => {
        await start();
        upstream.accepted = 2;
        upstream.status = status;
        proxy.onWanted = () => proxy.setCredential(credential(2));
        const body = 'x'.repeat(2 ** 20);
        const answer = await proxy.exchange(
          get('/api/log-batch')
            .replace('GET', 'POST')
            .replace('\r\n\r\n', `\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
        );
        assert.deepEqual(statuses(answer), [200]);
        assert.deepEqual(upstream.applied, [`/api/log-batch ${body.length}`]);
        assert.equal(upstream.refused, 1);
      });

      it(`${status}: passed on when the store still has the same, and not asked about each time`, async () => {
        await start();
        upstream.accepted = 2;
        upstream.status = status;
        proxy.onWanted = () => proxy.setCredential(credential(1));
        for (let round = 0; round < 5; round += 1) {
          const answer = await proxy.exchange(get('/api/x'));
          assert.deepEqual(statuses(answer), [status]);
          assert.match(answer, /who are you\?/);
        }
        assert.equal(wanted('rejected'), 1);
        assert.equal(upstream.refused, 5);
      });
    }

    it('a chunked body is sent again as it came', async () => {
      await start();
      upstream.accepted = 2;
      proxy.onWanted = () => proxy.setCredential(credential(2));
      const answer = await proxy.exchange(
        get('/api/x')
          .replace('GET', 'PUT')
          .replace('\r\n\r\n', '\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n'),
      );
      assert.deepEqual(statuses(answer), [200]);
      assert.deepEqual(upstream.applied, ['/api/x 6']);
    });

    it('not answered by the store in time: 503, which MLflow’s client tries again', async () => {
      await start({ limits: { gate: { rejectionTimeoutMs: 50 } } });
      upstream.accepted = 2;
      const answer = await proxy.exchange(get('/api/x'));
      assert.deepEqual(statuses(answer), [503]);
      assert.doesNotMatch(answer, /retry-after/i);
    });

    it('and the store gone: its words are passed on', async () => {
      await start();
      upstream.accepted = 2;
      proxy.onWanted = () => proxy.setCredential({ kind: 'unavailable', response: sealed });
      assert.match(await proxy.exchange(get('/api/x')), /^HTTP\/1\.1 424 [^]*Vault is sealed/);
    });

    it('/version is answered as it is', async () => {
      await start();
      upstream.accepted = 2;
      recording.answer = (_request, response) => response.writeHead(401).end('no');
      assert.deepEqual(statuses(await proxy.exchange(get('/version'))), [401]);
      assert.equal(wanted('rejected'), 0);
    });

    it('an upload that was streamed is answered 503, and succeeds when it is sent again', async () => {
      await start();
      upstream.accepted = 2;
      proxy.onWanted = () => setTimeout(() => proxy.setCredential(credential(2)), 20);
      const size = 8 * 2 ** 20;
      const upload = async (): Promise<string> => {
        const client = await proxy.connect();
        client.write(
          get('/artifact').replace('GET', 'PUT').replace('\r\n\r\n', `\r\nContent-Length: ${size}\r\n\r\n`),
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

    it('while 50 clients are at work: every call succeeds once, and the store is asked once', async () => {
      await start();
      const agent = new Agent({ keepAlive: true, maxSockets: 50 });
      let version = 1;
      proxy.onWanted = () => setTimeout(() => proxy.setCredential(credential((version += 1))), 50);
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
      assert.ok(upstream.refused > 0);
      assert.equal(wanted('rejected'), 1);
    });
  });
});
