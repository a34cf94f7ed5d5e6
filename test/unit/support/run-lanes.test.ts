import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLanes } from '../../support/suites/run-lanes.ts';
import type { Place } from '../../support/suites/run-lanes.ts';

interface Sample {
  readonly name: string;
  readonly suite: { readonly isPaired?: true };
}

const unit: Sample = { name: 'unit', suite: {} };
const contract: Sample = { name: 'contract', suite: { isPaired: true } };
const causes: Sample = { name: 'causes', suite: { isPaired: true } };
const host: Sample = { name: 'host', suite: { isPaired: true } };

describe('the lanes of a run', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lanes-'));
  });
  afterEach(async () => rm(folder, { recursive: true }));

  it('run two suites at the same time, after what runs alone, and the next as soon as one of them has ended', async () => {
    const events: string[] = [];
    const causesBegin = Promise.withResolvers<undefined>();
    await runLanes([unit, contract, host, causes], folder, async ({ name }) => {
      events.push(`${name} begins`);
      if (name === 'causes') causesBegin.resolve(undefined);
      // In its lane alone it would never end.
      if (name === 'contract') await causesBegin.promise;
      events.push(`${name} ends`);
    });
    assert.deepEqual(events.slice(0, 2), ['unit begins', 'unit ends']);
    assert.ok(events.indexOf('host ends') < events.indexOf('causes begins'));
    assert.equal(events.length, 8);
  });

  it('have a folder each, and say where lines of two suites may mix', async () => {
    const places = new Map<string, Place>();
    const bothBegan = Promise.withResolvers<undefined>();
    const keep = async ({ name }: Sample, place: Place): Promise<void> => {
      places.set(name, place);
      // Whichever lane is free takes the next.
      if (places.size === 3) bothBegan.resolve(undefined);
      if (name !== 'unit') await bothBegan.promise;
      assert.deepEqual((await readdir(place.folder)).includes('tmp'), true);
    };
    await runLanes([unit, contract, host], folder, keep);
    assert.equal(new Set([...places.values()].map((place) => place.folder)).size, 3);
    assert.deepEqual(
      new Map([...places].map(([name, { isBeside }]) => [name, isBeside])),
      new Map([
        ['unit', false],
        ['contract', true],
        ['host', true],
      ]),
    );
    await runLanes([unit, host], folder, keep);
    assert.equal(places.get('host')?.isBeside, false);
  });
});
