import { rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { runFolder } from '../support/servers/run-folder.ts';
import type { Fault } from './fault.ts';
import { faults } from './faults.ts';
import { readOptions } from './options.ts';
import { play } from './play.ts';
import type { Trial } from './play.ts';
import { lineOf, resultOf } from './result.ts';
import type { Outcome } from './result.ts';
import { needsOf } from './scene-needs.ts';
import type { SceneNeeds } from './scene-needs.ts';
import { Scene } from './scene.ts';

const { runs, grep, json } = readOptions(process.argv.slice(2));
const folder = await runFolder('chaos');
const chosen = faults.filter(({ name }) => grep.test(name));
const outcomes: Outcome[] = [];
const state: { scene: Scene | undefined; needs: SceneNeeds; scenes: number } = {
  scene: undefined,
  needs: needsOf(),
  scenes: 0,
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void closeScene().finally(() => process.exit(130)));
}

/** A window that a fault has left in pieces is not used again, nor one that lacks something. */
async function withScene<T>(fault: Fault, act: (scene: Scene) => Promise<T>): Promise<T> {
  const needs = needsOf(fault.needs);
  if (!isDeepStrictEqual(needs, state.needs)) await closeScene();
  if (state.scene === undefined) {
    state.scenes += 1;
    state.needs = needs;
    state.scene = await Scene.set(`${folder}/${state.scenes}`, needs);
  }
  try {
    return await act(state.scene);
  } catch (error) {
    await closeScene();
    throw error;
  }
}

async function closeScene(): Promise<void> {
  const { scene } = state;
  state.scene = undefined;
  await scene?.stop();
}

async function outcomeOf(fault: Fault): Promise<Outcome> {
  const hindrance = await withScene(fault, async (scene) => fault.hindrance?.(scene));
  if (hindrance !== undefined) return { name: fault.name, runs: 0, hindrance };
  const trials: Trial[] = [];
  while (trials.length < runs) {
    trials.push(await withScene(fault, async (scene) => play(scene, fault)));
  }
  return resultOf(fault, trials);
}

try {
  for (const fault of chosen) {
    const begun = performance.now();
    try {
      const outcome = await outcomeOf(fault);
      outcomes.push(outcome);
      console.log(`${lineOf(outcome)}\n          ${Math.round((performance.now() - begun) / 1000)} s`);
      if (!('hindrance' in outcome) && !outcome.holds) process.exitCode = 1;
    } catch (error) {
      console.error(`broken    ${fault.name}:`, error);
      process.exitCode = 1;
    }
    if (json !== undefined)
      await writeFile(resolve(json), `${JSON.stringify({ faults: outcomes }, null, 2)}\n`);
  }
} finally {
  await closeScene();
}
if (process.exitCode === undefined) await rm(folder, { recursive: true, force: true });
else console.log(`What the run wrote is in ${folder}.`);
process.exit();
