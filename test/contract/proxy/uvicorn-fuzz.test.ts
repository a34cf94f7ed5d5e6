import assert from 'node:assert/strict';
import { fill, generate } from '../../fuzz/generate.ts';
import { readCorpus } from '../../fuzz/corpus.ts';
import { differences } from '../../fuzz/judge.ts';
import { Random } from '../../support/random.ts';
import { NodeReader } from '../../fuzz/reading.ts';
import type { ReadRequest } from '../../support/servers/reading-server.ts';
import { token } from '../../fuzz/token.ts';
import { proxyInFrontOf } from './fixture.ts';
import { statuses } from './raw-client.ts';
import { upstreamSecret } from './test-proxy.ts';
import { uvicornWitness } from './witnesses/uvicorn-witness.ts';
import type { SeenRequest } from './witnesses/witness.ts';

const seed = 20_261_125;

function asRead({ body, ...seen }: SeenRequest): ReadRequest {
  return { ...seen, rawTrailers: [], body: Buffer.from(body, 'latin1') };
}

describe('What MLflow’s uvicorn and Node read of a request', function () {
  this.timeout(300_000);
  const reader = new NodeReader();
  const { proxy, upstream } = proxyInFrontOf(uvicornWitness);

  before(async () => proxy.listenAnew(token));

  /** What uvicorn read of a stream, and in what it differs from Node's reading of the client's bytes. */
  async function run(
    text: string,
  ): Promise<{ readonly forwarded: number; readonly faults: readonly string[] }> {
    await upstream.forget();
    const bytes = fill(text, proxy.port);
    const [reading] = await reader.read([[bytes]]);
    assert.ok(reading);
    const whole = reading.requests.filter(({ complete }) => complete).length;
    const client = await proxy.connect(bytes);
    try {
      if (whole > 0)
        await client.has((got) => client.isEnded || statuses(got).length >= whole, 'the answers');
      await proxy.exchange(
        `GET /honest HTTP/1.1\r\n${proxy.host}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
      );
    } finally {
      client.destroy();
    }
    const { requests, errors } = await upstream.seen();
    const expectation = {
      proxyPort: proxy.port,
      upstreamAuthority: upstream.authority,
      injected: `Bearer ${upstreamSecret}`,
    };
    const faults = [...errors];
    let from = 0;
    const forwarded = requests.filter(({ target }) => target !== '/honest');
    for (const one of forwarded.map(asRead)) {
      const all = reading.requests.map((read) => differences(one, read, expectation));
      const found = all.findIndex((list, index) => index >= from && list.length === 0);
      if (found >= 0) from = found + 1;
      else faults.push(`${one.method} ${one.target}: ${JSON.stringify(all)}`);
    }
    return { forwarded: forwarded.length, faults };
  }

  it('does not differ in the committed cases', async () => {
    for (const { name, text } of await readCorpus()) assert.deepEqual((await run(text)).faults, [], name);
  });

  it('does not differ in generated ones', async () => {
    const random = new Random(seed);
    let total = 0;
    for (let index = 0; index < 600; index += 1) {
      const text = generate(random, `u${index}`);
      const { forwarded, faults } = await run(text);
      assert.deepEqual(faults, [], JSON.stringify(text));
      total += forwarded;
    }
    assert.ok(total > 100, `only ${total} requests were forwarded`);
  });
});
