import assert from 'node:assert/strict';
import { cases, search } from './credential-outcome-cases.ts';
import { outcomeBench } from './outcome-bench.ts';
import { statuses } from './raw-client.ts';
import { html, json, permissionDenied, response } from './responses-as-sent.ts';

describe('What a response says of the credential', function () {
  this.timeout(60_000);
  const { proxy, upstream, answer, ask, posted, asked } = outcomeBench();

  for (const { outcome, asksStore, code, responses } of cases) {
    for (const [name, given] of Object.entries(responses)) {
      const what = code === undefined ? 'gets it as it is' : `is told ${code}`;
      it(`is ${outcome}, and Python ${what}: ${name}`, async () => {
        const [path, bytes] = typeof given === 'string' ? [search, given] : given;
        answer(bytes);
        const got = await ask(path);
        const body = got.slice(got.indexOf('\r\n\r\n'));
        if (code === undefined) {
          assert.deepEqual(statuses(got), [Number(bytes.slice(9, 12))]);
          assert.equal(body, bytes.slice(bytes.indexOf('\r\n\r\n')));
        } else {
          const { message } = JSON.parse(body) as { message: string };
          assert.ok(message.endsWith(` (${code})`), body);
        }
        assert.deepEqual(await posted(), outcome === 'nothing' ? [] : [outcome]);
        assert.equal(asked(), asksStore ? 1 : 0);
      });
    }
  }

  it('is nothing for what a browser asks before it asks', async () => {
    answer(response('204 No Content', []));
    const got = await proxy.exchange(proxy.request(`OPTIONS ${search}`, 'Connection: close'));
    assert.deepEqual(statuses(got), [204]);
    assert.deepEqual(await posted(), []);
  });

  it('changes with each response, and mends itself', async () => {
    const answers = [json('200 OK', {}), html('401 X', 'no', 'WWW-Authenticate: Basic'), json('200 OK', {})];
    for (const [at, bytes] of answers.entries()) {
      answer(bytes);
      await ask();
      // What follows at once is posted in the next second.
      await proxy.next('credentialOutcome', () => proxy.all('credentialOutcome').length > at);
    }
    assert.deepEqual(await posted(), ['accepted', 'rejected 401', 'accepted']);
  });

  it('is found in a body that comes piece by piece, which the client then gets whole', async () => {
    upstream.script = async (side) => {
      await side.heads();
      for (const character of json('403 Forbidden', permissionDenied)) {
        side.write(character);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    assert.ok((await ask()).endsWith(JSON.stringify(permissionDenied)));
    assert.deepEqual(await posted(), ['accepted']);
  });

  it('is found in a body that ends with its connection', async () => {
    upstream.script = async (side) => {
      await side.heads();
      side.write(`HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\n\r\nPermission denied`);
      side.socket.end();
    };
    assert.ok((await ask()).endsWith('\r\n\r\nPermission denied'));
    assert.deepEqual(await posted(), ['accepted']);
  });

  describe('with a body that does not end', () => {
    beforeEach(() => {
      upstream.script = async (side) => {
        await side.heads();
        side.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 1000\r\n\r\n<html>');
      };
    });

    it('is decided without its rest', async () => {
      const client = await proxy.connect(proxy.request(`GET ${search}`));
      await client.has((text) => text.includes('<html>'), 'the body');
      assert.deepEqual(await posted(), ['rejected 403']);
    });

    it('is not waited for when the client goes away, and the connection is closed', async () => {
      const client = await proxy.connect(proxy.request(`GET ${search}`));
      const side = await upstream.side(0);
      await side.heads();
      client.destroy();
      await side.closed();
      assert.deepEqual(await posted(), []);
    });
  });
});
