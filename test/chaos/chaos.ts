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
const outcomes = new Map<string, Outcome>();
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

/** More of them, and a fault is not made again. */
const mostBroken = 2;

/**
 * Tells what there is so far after each run; one that breaks off for another reason, as where VS Code does not start, is
 * made again.
 */
async function make(fault: Fault, tell: (outcome: Outcome) => Promise<void>): Promise<void> {
  const trials: Trial[] = [];
  let broken = 0;
  while (trials.length < runs) {
    try {
      const trial = await withScene(fault, async (scene) => {
        const hindrance = await fault.hindrance?.(scene);
        return hindrance ?? play(scene, fault);
      });
      if (typeof trial === 'string') {
        await tell({ name: fault.name, runs: 0, hindrance: trial });
        return;
      }
      trials.push(trial);
      await tell(resultOf(fault, trials));
    } catch (error) {
      broken += 1;
      if (broken > mostBroken) throw error;
      console.error(`again     ${fault.name}:`, error);
    }
  }
}

async function write(outcome: Outcome): Promise<void> {
  outcomes.set(outcome.name, outcome);
  if (json === undefined) return;
  await writeFile(resolve(json), `${JSON.stringify({ faults: [...outcomes.values()] }, null, 2)}\n`);
}

try {
  for (const fault of chosen) {
    const begun = performance.now();
    try {
      await make(fault, write);
      const outcome = outcomes.get(fault.name);
      if (outcome === undefined) continue;
      console.log(`${lineOf(outcome)}\n          ${Math.round((performance.now() - begun) / 1000)} s`);
      if (!('hindrance' in outcome) && !outcome.holds) process.exitCode = 1;
    } catch (error) {
      console.error(`broken    ${fault.name}:`, error);
      process.exitCode = 1;
    }
  }
} finally {
  await closeScene();
}
if (process.exitCode === undefined) await rm(folder, { recursive: true, force: true });
else console.log(`What the run wrote is in ${folder}.`);
process.exit();
