import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { proxyInFrontOf } from './fixture.ts';
import { statuses } from './raw-client.ts';
import { brokenBodies, denied, forwarded, get, hidden } from './smuggling-cases.ts';
import type { Case } from './smuggling-cases.ts';
import { bearer, credential, sessionToken, TestProxy, upstreamSecret } from './test-proxy.ts';
import { nodeWitness } from './witnesses/node-witness.ts';
import { uvicornWitness } from './witnesses/uvicorn-witness.ts';
import type { SeenRequest } from './witnesses/witness.ts';

for (const kind of [nodeWitness, uvicornWitness]) {
  describe(`The proxy, in front of ${kind.name},`, function () {
    this.timeout(90_000);
    const { proxy, upstream } = proxyInFrontOf(kind);

    const requests = async (): Promise<readonly SeenRequest[]> => (await upstream.seen()).requests;
    const targets = async (): Promise<string[]> => (await requests()).map(({ target }) => target);
    const filled = ({ bytes }: Case): string => bytes.replace('HOST', proxy.host).replace('TOKEN', bearer);

    /** Afterwards an honest client on a connection of its own must get its own answer over the pooled connections. */
    async function isUnharmed(before: readonly string[]): Promise<void> {
      for (const path of ['/honest-1', '/honest-2']) {
        const answer = await proxy.get(path);
        assert.match(answer, new RegExp(`X-Target: ${path}\r\n`, 'i'));
      }
      assert.deepEqual(await targets(), [...before, '/honest-1', '/honest-2']);
      assert.deepEqual((await upstream.seen()).errors, []);
    }

    for (const one of denied) {
      it(`denies ${one.name}`, async () => {
        const answer = await proxy.exchange(filled(one) + hidden);
        const [status, ...more] = statuses(answer);
        assert.ok(status !== undefined && status >= 400 && status < 600, answer);
        assert.ok(status < 500 || status === 505, answer);
        assert.deepEqual(more, [], 'one answer, and then the end');
        await isUnharmed([]);
      });
    }

    for (const one of brokenBodies) {
      it(`completes no request with the body ${one.name}`, async () => {
        const answer = await proxy.exchange(filled(one) + hidden);
        assert.deepEqual(statuses(answer), [400]);
        const begun = (await requests()).filter(({ target }) => target === '/case');
        await isUnharmed(begun.map(() => '/case'));
        const ended = (await requests()).filter(({ target, complete }) => target === '/case' && complete);
        assert.deepEqual(ended, []);
      });
    }

    for (const one of forwarded) {
      it(`forwards ${one.name}`, async () => {
        const answer = await proxy.exchange(filled(one) + hidden);
        // The hidden request is the next on this connection, and is denied for its lack of a token.
        assert.deepEqual(statuses(answer), [200, 403]);
        assert.deepEqual(
          (await requests()).map(({ target, body }) => [target, body]),
          [['/case', one.body]],
        );
        await isUnharmed(['/case']);
      });
    }

    it('sends the credential to no other server, however a request names it', async () => {
      let strangers = 0;
      const decoy = createServer((_request, response) => response.end('decoy'));
      decoy.on('connection', () => (strangers += 1));
      decoy.listen(0, '127.0.0.1');
      await once(decoy, 'listening');
      const other = `127.0.0.1:${(decoy.address() as AddressInfo).port}`;
      const { host } = proxy;
      const lines = (...all: string[]): string => [...all, bearer, 'Connection: close', '', ''].join('\r\n');
      try {
        for (const target of [
          `http://${other}/x`,
          `//${other}/x`,
          `/\\${other}/x`,
          `\\\\${other}/x`,
          `http:/${other}/x`,
          other,
          `@${other}/x`,
          `:@${other}/x`,
          `/@${other}/x`,
          `/x@${other}`,
          `/%2f${other}/x`,
          `/..//${other}/x`,
          `/http://${other}/x`,
          `/?url=http://${other}/x`,
        ]) {
          await proxy.exchange(lines(`GET ${target} HTTP/1.1`, host));
          await proxy.exchange(lines(`CONNECT ${target} HTTP/1.1`, host));
        }
        for (const name of [
          'Host',
          'X-Forwarded-Host',
          'X-Host',
          'X-Original-Host',
          'Forwarded',
          'Referer',
          'X-Original-URL',
          'X-Rewrite-URL',
          'Proxy-Host',
          'Alt-Used',
          'Destination',
        ]) {
          await proxy.exchange(lines('GET /x HTTP/1.1', host, `${name}: ${other}`));
          await proxy.exchange(lines('GET /x HTTP/1.1', `${name}: http://${other}/`, host));
        }
        assert.equal(strangers, 0);
        const names = (await requests()).flatMap(({ fields }) =>
          fields.filter((field) => field.startsWith('host:')),
        );
        assert.deepEqual([...new Set(names)], [`host: ${upstream.authority}`]);
      } finally {
        decoy.closeAllConnections();
        decoy.close();
      }
    });

    for (const slashes of ['//', '///', '/////']) {
      it(`sends a client that asks for ${slashes}evil.example/x to its own path with one slash, as MLflow’s server does`, async () => {
        const lines = get(['Content-Length: 4']).replace('GET /case', `POST ${slashes}evil.example/x?y=//z`);
        const answer = await proxy.exchange(`${filled({ name: '', bytes: lines })}body${hidden}`);
        assert.deepEqual(statuses(answer), [308]);
        assert.deepEqual(
          [...answer.matchAll(/^location: (.*)\r$/gim)].map(([, to]) => to),
          ['/evil.example/x?y=//z'],
        );
        await isUnharmed([]);
      });
    }

    it('tells who is not let in nothing of where a path with several slashes leads', async () => {
      for (const field of ['Accept: */*', 'Authorization: Bearer canary-wrong', 'Cookie: a=b']) {
        const lines = ['GET //version HTTP/1.1', proxy.host, field, '', ''].join('\r\n');
        const answer = await proxy.exchange(lines);
        assert.deepEqual(statuses(answer), [400]);
        assert.doesNotMatch(answer, /location/i);
      }
      await isUnharmed([]);
    });

    it('reads nothing after a request that offers another protocol', async () => {
      const offer = get([
        'Connection: Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABkAAQAAP__',
      ]);
      const answer = await proxy.exchange(filled({ name: '', bytes: offer }) + hidden);
      assert.deepEqual(statuses(answer), [200]);
      const names = (await requests())[0]?.fields.map((field) => field.split(':')[0]?.toLowerCase()) ?? [];
      for (const name of ['upgrade', 'http2-settings']) assert.ok(!names.includes(name), name);
    });

    it('answers pipelined requests in order, each with the credential', async () => {
      const paths = Array.from({ length: 40 }, (_, index) => `/p${index}`);
      const client = await proxy.connect(paths.map((path) => proxy.request(`GET ${path}`)).join(''));
      await client.has((text) => statuses(text).length === paths.length, 'all answers');
      const answered = [...client.text.matchAll(/x-target: (\S+)/gi)].map(([, path]) => path);
      assert.deepEqual(answered, paths);
      for (const { fields } of await requests()) {
        assert.equal(fields.filter((field) => field.includes(upstreamSecret)).length, 1);
      }
    });

    it('does not let the response to a malformed request overtake the one before it', async () => {
      const answer = await proxy.exchange(`${proxy.request('GET /slow')}BROKEN\r\n\r\n`);
      assert.deepEqual(statuses(answer), [200, 400]);
    });

    it('adds the credential once, whatever the client names and sends', async () => {
      const other = await TestProxy.start({
        origin: upstream.origin,
        credential: credential(1, { headerName: 'X-Api-Key', headerValue: upstreamSecret }),
      });
      try {
        const fieldsOfTheClient = [
          'Connection: X-Api-Key, close, X-Private, keep-alive',
          'X-Private: 1',
          'X-API-KEY: mine',
          'x_api_key: mine',
          'X-Api_Key: mine',
          'Keep-Alive: timeout=5',
          'Proxy-Connection: keep-alive',
          'Proxy-Authorization: Basic eDp5',
          'TE: trailers',
          `Origin: ${other.origin}`,
          'Accept: */*',
          'Cookie: a=b; mlflow-secrets-auth-1=canary-cookie; c=d',
          'X-Kept: 1',
        ];
        const answer = await other.exchange(other.request('GET /case', ...fieldsOfTheClient));
        assert.deepEqual(statuses(answer), [200]);
        const fields = (await requests())[0]?.fields ?? [];
        const names = fields.map((field) => field.split(':')[0]?.toLowerCase());
        assert.deepEqual(
          fields.filter((field) => /^x.api.key:/i.test(field)),
          [`x-api-key: ${upstreamSecret}`],
        );
        for (const name of [
          'x-private',
          'keep-alive',
          'proxy-connection',
          'proxy-authorization',
          'te',
          'origin',
          'authorization',
        ]) {
          assert.ok(!names.includes(name), name);
        }
        assert.ok(fields.includes('accept: */*') && fields.includes('x-kept: 1'));
        assert.ok(fields.includes(`host: ${upstream.authority}`));
        const cookie = fields.find((field) => field.startsWith('cookie:')) ?? '';
        assert.match(cookie, /a=b;\s*c=d$/);
        assert.ok(!fields.join().includes(sessionToken) && !fields.join().includes('canary-cookie'));
      } finally {
        await other.dispose();
      }
    });

    it('forwards percent-encoding and unusual but valid targets as they are', async () => {
      const odd = [
        '/api/2.0/mlflow-artifacts/artifacts/1/a%20b%C3%A9/c%2Bd',
        '/get-artifact?path=a/../b&x=//y',
        "/a;b=c/d,e:f@g!h$i&j'k(l)*+=~_-.",
        '/...',
        '/a/.hidden/..b/c..',
        '/?q=%zz',
        '/%25',
        '/a//b',
        '/search?filter=a%20%3D%20%27%2e%2e%27',
        '/%2e%2e%2e/x',
      ];
      for (const target of odd) {
        await upstream.forget();
        await proxy.get(target);
        assert.deepEqual(await targets(), [target]);
      }
    });

    it('limits a head in bytes and in fields, and forwards what MLflow may send', async () => {
      const statusesOf = async (target: string, fields: readonly string[] = []): Promise<number[]> =>
        statuses(await proxy.get(target, ...fields));
      const many = (count: number): readonly string[] => Array.from({ length: count }, () => 'X: y');
      assert.deepEqual(await statusesOf(`/search?filter=${'a'.repeat(12_000)}`), [200]);
      assert.deepEqual(await statusesOf('/case', [`X: ${'y'.repeat(200_000)}`]), [431]);
      assert.deepEqual(await statusesOf(`/${'a'.repeat(200_000)}`), [431]);
      assert.deepEqual(await statusesOf('/case', many(150)), [200]);
      assert.deepEqual(await statusesOf('/case', many(10_000)), [431]);
      assert.deepEqual(await statusesOf('/case', many(1000)), [431]);
    });
  });
}
