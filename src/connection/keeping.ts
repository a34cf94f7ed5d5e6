import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { asProblem, inOneText } from '../problem.ts';
import type { KeepPlan, KeptState, WentOn } from '../proxy/control/control-messages.ts';
import { wentOnLine, wentOnText } from './went-on.ts';

/** What lets the local proxy fetch while no window is there. */
export interface Keeping {
  /** `undefined` where it cannot. */
  plan(configuration: ConnectionConfiguration): Promise<KeepPlan | undefined>;
  /** What became of it, for this window to go on with. */
  takeOver(state: KeptState): Promise<void>;
  /** In which the user reads, as the editor names it. */
  readonly language: string;
}

interface Dependencies {
  readonly keeping: Keeping;
  readonly log: (level: 'info' | 'warn', line: string) => void;
}

/** Never rejects: without a plan, the last credential serves for as long as it is good. */
export async function planOf(
  configuration: ConnectionConfiguration,
  { keeping, log }: Dependencies,
): Promise<KeepPlan | undefined> {
  try {
    return await keeping.plan(configuration);
  } catch (error) {
    log('warn', inOneText(asProblem(error, 'secret.unexpected', 'automatic')));
    return undefined;
  }
}

/** Resolves to what is shown of a proxy that was kept, in short. */
export async function takeOver(wentOn: WentOn, { keeping, log }: Dependencies): Promise<string | undefined> {
  for (const line of wentOn.log) log('info', line);
  if (wentOn.state !== undefined) await keeping.takeOver(wentOn.state);
  if (!wentOn.wasKept) return undefined;
  const text = wentOnText(wentOn, keeping.language);
  log('info', wentOnLine(text));
  return text;
}
