import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLanes } from '../../support/suites/run-lanes.ts';
import type { Place } from '../../support/suites/run-lanes.ts';

describe('the lanes of a run', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lanes-'));
  });
  afterEach(async () => rm(folder, { recursive: true }));

  it('run two suites at the same time, and the next as soon as one of them has ended', async () => {
    const events: string[] = [];
    const causesBegin = Promise.withResolvers<undefined>();
    await runLanes(['contract', 'host', 'causes'], folder, async (name) => {
      events.push(`${name} begins`);
      if (name === 'causes') causesBegin.resolve(undefined);
      // In its lane alone it would never end.
      if (name === 'contract') await causesBegin.promise;
      events.push(`${name} ends`);
    });
    assert.ok(events.indexOf('host ends') < events.indexOf('causes begins'));
    assert.equal(events.length, 6);
  });

  it('have a folder each', async () => {
    const places = new Map<string, Place>();
    const bothBegan = Promise.withResolvers<undefined>();
    await runLanes(['contract', 'host'], folder, async (name, place) => {
      places.set(name, place);
      // Whichever lane is free takes the next.
      if (places.size === 2) bothBegan.resolve(undefined);
      await bothBegan.promise;
      assert.ok((await readdir(place.folder)).includes('tmp'));
    });
    assert.equal(new Set([...places.values()].map((place) => place.folder)).size, 2);
  });

  it('say where lines of two suites may mix', async () => {
    const beside: boolean[] = [];
    const keep = async (_name: string, { isBeside }: Place): Promise<void> => {
      beside.push(isBeside);
      return Promise.resolve();
    };
    await runLanes(['contract', 'host'], folder, keep);
    await runLanes(['unit'], folder, keep);
    assert.deepEqual(beside, [true, true, false]);
  });
});
