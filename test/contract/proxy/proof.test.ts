import assert from 'node:assert/strict';
import { createHmac, hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describeListener } from '../../../src/connection/describe-listener.ts';
import { listenerOf } from '../../../src/connection/local-proof.ts';
import { proxyInFrontOf } from './fixture.ts';
import { statuses } from './raw-client.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { bearer, sessionToken } from './test-proxy.ts';

const nonce = 'canary-nonce-0123456789';
const path = (value = nonce): string => `/.mlflow-secrets-auth/proof?nonce=${value}`;

describe('The proof of the proxy that it has the session token', () => {
  const { proxy, upstream } = proxyInFrontOf(RecordingUpstream);
  const request = (line: string, ...fields: readonly string[]): string =>
    [`${line} HTTP/1.1`, proxy.host, ...fields, '', ''].join('\r\n');

  it('is a keyed hash over the address and the nonce, given without the token, and the connection stays', async () => {
    const client = await proxy.connect(request(`GET ${path()}`));
    const expected = createHmac('sha256', hash('sha256', sessionToken, 'buffer'))
      .update(`127.0.0.1:${proxy.port}\n${nonce}`)
      .digest('hex');
    await client.has((text) => text.endsWith(expected), 'the proof');
    client.write(request(`GET ${path('another-nonce-0123456789')}`));
    await client.has((text) => statuses(text).length === 2, 'the second proof');
    assert.ok(!client.text.includes(sessionToken));
    assert.equal(client.isEnded, false);
    assert.deepEqual(upstream.requests, []);
  });

  for (const [name, fields] of Object.entries({
    'a page of another origin': ['Origin: http://evil.example'],
    'a page of another site': ['Sec-Fetch-Site: cross-site'],
    'a forwarded request': ['X-Forwarded-For: 10.0.0.1'],
    'a wrong token': ['Authorization: Bearer canary-wrong'],
  })) {
    it(`is not for ${name}`, async () => {
      const text = await proxy.exchange(request(`GET ${path()}`, ...fields));
      assert.match(text, /^HTTP\/1\.1 40[13] /);
    });
  }

  it('is not for another host', async () => {
    const text = await proxy.exchange(request(`GET ${path()}`).replace('127.0.0.1', 'evil.example'));
    assert.deepEqual(statuses(text), [403]);
  });

  it('is for nothing but a bounded nonce, and no server gets these paths, with the token or without', async () => {
    for (const line of [
      `POST ${path()}`,
      `HEAD ${path()}`,
      `GET ${path('short')}`,
      `GET ${path('x'.repeat(65))}`,
      `GET ${path()}&a=b`,
      'GET /.mlflow-secrets-auth/proof',
      'GET /.mlflow-secrets-auth/token',
    ]) {
      for (const fields of [[], [bearer]]) {
        const text = await proxy.exchange(request(line, 'Content-Length: 0', ...fields));
        assert.match(text, /^HTTP\/1\.1 40[01] /, line);
      }
    }
    assert.deepEqual(upstream.requests, []);
  });

  it('tells ours from another program, and from none', async () => {
    assert.equal(await listenerOf(proxy.port, sessionToken), 'ours');
    assert.equal(await listenerOf(proxy.port, 'canary-other'), 'other');
    const seen: string[] = [];
    const silent = createServer((socket) => {
      socket.on('data', (bytes: Buffer) => seen.push(bytes.toString('latin1'))).on('error', () => undefined);
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    assert.equal(await listenerOf(port, sessionToken), 'other');
    if (process.platform === 'linux') {
      assert.match(await describeListener(port), new RegExp(`^node \\(process ${process.pid}\\)$`));
    }
    assert.ok(seen.length > 0 && !seen.join('').includes(sessionToken));
    silent.close();
    await once(silent, 'close');
    assert.equal(await listenerOf(port, sessionToken), 'nobody');
  });
});
