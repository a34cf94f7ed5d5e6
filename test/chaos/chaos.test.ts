import assert from 'node:assert/strict';
import { runFolder } from '../support/servers/run-folder.ts';
import { faults } from './faults.ts';
import { play } from './play.ts';
import { isAtTarget } from './result.ts';
import { Scene } from './scene.ts';

/** The rows that take seconds; `npm run chaos` has all of them. */
describe('Runs of MLflow lose nothing and need nobody', function () {
  this.timeout(5 * 60_000);
  let scene: Scene;

  before(async () => {
    scene = await Scene.set(await runFolder('chaos'));
  });

  after(async () => scene.stop());

  for (const fault of faults.filter(({ isQuick }) => isQuick)) {
    it(`when this happens: ${fault.name}`, async () => {
      const trial = await play(scene, fault, { isBrief: true });
      assert.ok(isAtTarget(fault, trial), JSON.stringify(trial, null, 2));
    });
  }
});
