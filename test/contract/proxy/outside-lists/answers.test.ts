import assert from 'node:assert/strict';
import { proxyInFrontOf } from '../fixture.ts';
import { okAnswer, ScriptedUpstream } from '../scripted-upstream.ts';
import { httpCacheTests } from './http-cache-tests.ts';
import type { ListedAnswer } from './http-cache-tests.ts';

describe('The responses in http-cache-tests', function () {
  this.timeout(60_000);
  const { proxy, upstream } = proxyInFrontOf(ScriptedUpstream);

  const send = async (method: string, fields: readonly string[]): Promise<string> =>
    proxy.exchange(proxy.request(`${method} /case`, ...fields, 'Connection: close'));

  async function isPassedOn({
    method,
    fields,
    answer,
    statuses,
    keeps,
    drops,
    body,
  }: ListedAnswer): Promise<void> {
    // Twice, since nothing may come from a store.
    for (const round of [1, 2]) {
      upstream.answerAll(answer.replaceAll('|', '\r\n'));
      const received = await send(method, fields);
      const seen = [...received.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, code]) => Number(code));
      assert.deepEqual(seen, statuses);
      const last = received.slice(received.lastIndexOf('HTTP/1.1 '));
      const [head = '', content = ''] = last.split(/\r\n\r\n(.*)/s);
      const lines = head.split('\r\n').slice(1);
      for (const field of keeps) assert.ok(lines.includes(field), `${field} in ${head}`);
      for (const name of drops) {
        const own = name === 'Connection' ? 'Connection: close' : undefined;
        const found = lines.filter(
          (one) => one !== own && one.toLowerCase().startsWith(`${name.toLowerCase()}:`),
        );
        assert.deepEqual(found, []);
      }
      if (body !== undefined) assert.equal(content, body);
      const asked = upstream.sides.map(({ received: text }) => text).join('');
      assert.equal(asked.split('/case').length - 1, round);
      for (const field of fields) assert.ok(asked.includes(`\r\n${field}\r\n`), field);
    }
    upstream.answerAll(okAnswer);
  }

  for (const [suite, [cases, count]] of Object.entries(httpCacheTests)) {
    describe(suite, () => {
      it('is complete', () => {
        assert.equal(cases.length, count);
        assert.equal(new Set(cases.map(({ id }) => id)).size, count);
      });
      for (const one of cases) it(one.id, async () => isPassedOn(one));
    });
  }

  it('are never served from a cache, whatever they say of their age', async () => {
    const fields = [
      'Cache-Control: max-age=3600',
      'Cache-Control: public, immutable',
      'Expires: Mon, 11 Jan 2038 11:11:11 GMT',
    ];
    for (const field of [...fields, 'CDN-Cache-Control: max-age=3600', 'Age: 1', 'Vary: Accept']) {
      upstream.forget();
      for (const round of [1, 2]) {
        upstream.answerAll(`HTTP/1.1 200 OK\r\n${field}\r\nContent-Length: 1\r\n\r\n${round}`);
        assert.match(await send('GET', []), new RegExp(`\r\n${field}\r\n[^]*${round}$`));
        // The next answer is that of another connection.
        upstream.forget();
      }
    }
  });
});
