import { Problem } from '../problem.ts';
import { providerOf } from '../providers/providers.ts';
import type { Clock } from '../providers/source.ts';
import type { KeepPlan } from '../proxy/control/control-messages.ts';
import type { PreparedAlone } from '../proxy/process/alone.ts';
import { systemClock } from '../secrets/clock.ts';
import { AloneFeed } from './alone-feed.ts';
import { readPlan } from './keep-plan.ts';
import type { HeldPlan } from './keep-plan.ts';
import { sourceContext } from './source-context.ts';

/** A bundle of its own, which the proxy's process loads when a window hands over a plan. */
export async function prepareAlone(plan: KeepPlan, clock: Clock = systemClock): Promise<PreparedAlone> {
  const held = readPlan(plan);
  await loadProvider(held, clock);
  return { start: (link) => new AloneFeed(held, link, clock) };
}

/** Makes a source for the sake of its bundle: an update deletes the folder that it is in. */
async function loadProvider(held: HeldPlan, clock: Clock): Promise<void> {
  const { source } = held.configuration;
  try {
    const made = await providerOf(source).load(
      source,
      sourceContext(held, clock, () => undefined),
    );
    await made.close({ revoke: false });
  } catch (error) {
    // A file that the source reads; it is read again when it is needed.
    if (!(error instanceof Problem)) throw error;
  }
}
