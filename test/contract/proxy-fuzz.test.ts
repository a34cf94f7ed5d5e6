import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { readCorpus } from '../fuzz/corpus.ts';
import { generate, split } from '../fuzz/generate.ts';
import { Lane } from '../fuzz/lane.ts';
import { generated, parserBatch } from '../fuzz/parser-run.ts';
import { Random } from '../support/random.ts';
import { NodeReader } from '../fuzz/reading.ts';

/** A fixed part of `npm run fuzz`, small enough for every run. */
const seed = 20_261_124;

describe('The proxy, compared with Node’s own parser,', function () {
  this.timeout(300_000);

  it('takes no request that Node reads differently', async () => {
    const random = new Random(seed);
    const reader = new NodeReader();
    const totals = { streams: 0, taken: 0, stricter: 0 };
    const committed = (await readCorpus()).map(({ text }) => text);
    assert.deepEqual(await parserBatch(reader, random, committed, totals), []);
    while (totals.streams < 20_000) {
      assert.deepEqual(await parserBatch(reader, random, generated(random, 200, totals.streams), totals), []);
    }
    assert.ok(
      totals.taken > totals.streams / 4,
      `only ${totals.taken} requests of ${totals.streams} streams were taken`,
    );
  });

  describe('over sockets', () => {
    let lane: Lane;

    before(async () => {
      lane = await Lane.start(fileURLToPath(new URL('../../src/proxy/worker.ts', import.meta.url)));
    });

    after(async () => lane.stop());

    it('forwards from the committed cases only what Node reads the same', async () => {
      for (const { name, text } of await readCorpus()) {
        const { faults } = await lane.run(text, (bytes) => [bytes]);
        assert.deepEqual(faults, [], name);
      }
    });

    it('forwards from generated streams only what Node reads the same', async () => {
      const random = new Random(seed);
      let forwarded = 0;
      for (let index = 0; index < 600; index += 1) {
        const text = generate(random, `t${index}`);
        const result = await lane.run(text, (bytes) => split(random, bytes));
        assert.deepEqual(result.faults, [], JSON.stringify(text));
        forwarded += result.forwarded;
      }
      assert.ok(forwarded > 100, `only ${forwarded} requests were forwarded`);
    });
  });
});
