import assert from 'node:assert/strict';
import { proxyInFrontOf } from '../fixture.ts';
import { statuses } from '../raw-client.ts';
import { hidden } from '../smuggling-cases.ts';
import { bearer } from '../test-proxy.ts';
import { nodeWitness } from '../witnesses/node-witness.ts';
import { uvicornWitness } from '../witnesses/uvicorn-witness.ts';
import type { SeenRequest } from '../witnesses/witness.ts';
import { h1spec } from './h1spec.ts';
import { compliance } from './http11probe-compliance.ts';
import { capabilities, cookies, malformedInput, normalization } from './http11probe-others.ts';
import { smuggling } from './http11probe-smuggling.ts';
import type { ListedCase } from './listed-case.ts';

/** By suite: its cases, and how many the list has. */
const lists: Readonly<Record<string, readonly [cases: readonly ListedCase[], count: number]>> = {
  h1spec: [h1spec, 33],
  'Http11Probe, smuggling': [smuggling, 87],
  'Http11Probe, compliance': [compliance, 76],
  'Http11Probe, malformed input': [malformedInput, 26],
  'Http11Probe, cookies': [cookies, 12],
  'Http11Probe, capabilities': [capabilities, 9],
  'Http11Probe, normalization': [normalization, 5],
};

describe('The public lists of requests', () => {
  it('are complete', () => {
    for (const [name, [cases, count]] of Object.entries(lists)) {
      assert.equal(new Set(cases.map(({ id }) => id)).size, count, name);
      assert.equal(cases.length, count, name);
    }
  });
});

for (const kind of [nodeWitness, uvicornWitness]) {
  describe(`Requests from public lists, in front of ${kind.name}`, function () {
    this.timeout(90_000);
    const { proxy, upstream } = proxyInFrontOf(kind);

    const filled = (text: string): string =>
      text.replaceAll('|', '\r\n').replaceAll('HOST', proxy.host).replaceAll('TOKEN', bearer);

    /** Gets its own answer over the kept connections; whatever was sent before has reached the proxy by then. */
    async function honest(): Promise<void> {
      const answer = await proxy.exchange(filled('GET /honest HTTP/1.1|HOST|TOKEN|Connection: close||'));
      assert.match(answer, /x-target: \/honest\r\n/i);
    }

    async function ended(): Promise<SeenRequest[]> {
      const { requests, errors } = await upstream.seen();
      assert.deepEqual(errors, []);
      assert.ok(!requests.some(({ target }) => target.includes('hidden')));
      return requests.filter(({ target, complete }) => target !== '/honest' && complete);
    }

    async function isWaitedFor({ bytes, rest }: ListedCase): Promise<void> {
      const client = await proxy.connect(filled(bytes));
      try {
        await honest();
        assert.equal(client.text, '');
        assert.ok(!client.isEnded);
        assert.deepEqual(await ended(), []);
        if (rest === undefined) return;
        client.write(filled(rest).slice(filled(bytes).length));
        await client.has((text) => statuses(text).length > 0, 'the answer');
        assert.deepEqual(statuses(client.text), [200]);
      } finally {
        client.destroy();
      }
    }

    async function isAnswered({ id, bytes, answers, bodies, passes }: ListedCase): Promise<void> {
      const answer = await proxy.exchange(filled(bytes) + hidden);
      // What follows a request that was let in is read as one of its own, and is denied for its Host.
      const goesOn = answers.at(-1) === 200 && !bytes.includes('Connection: close');
      assert.deepEqual(statuses(answer), goesOn ? [...answers, 403] : answers, answer.slice(0, 500));
      await honest();
      const requests = await ended();
      assert.deepEqual(
        requests.map(({ body }) => body),
        bodies,
      );
      for (const field of passes) assert.ok(requests.at(-1)?.fields.includes(field), `${id}: ${field}`);
    }

    for (const [name, [cases]] of Object.entries(lists)) {
      describe(name, () => {
        for (const one of cases) {
          it(one.id, async () => (one.answers.length === 0 ? isWaitedFor(one) : isAnswered(one)));
        }
      });
    }
  });
}
