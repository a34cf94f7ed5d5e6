import { performance } from 'node:perf_hooks';
import type { Mend, Planted } from './cause.ts';
import type { Parts } from './parts.ts';
import type { PythonOutcome } from './python/clients.ts';
import type { CauseWindow } from './window/cause-window.ts';
import type { Shown } from './window/messages.ts';

export interface Mended {
  /** In which it works again, or should. */
  readonly window: CauseWindow;
  /** From mending to "connected", and Python at work; `undefined`: not in time. */
  readonly seconds: number | undefined;
}

const mendedMs = 120_000;
/** For a window that asks the server again when somebody comes to it, on a busy machine. */
const lookedMs = 12_000;

/** Mends the cause, and waits until it works again. `open`: a window like this, for the same workspace. */
export async function mend(
  window: CauseWindow,
  planted: Planted,
  parts: Parts,
  open: (options: Planted['window']) => Promise<CauseWindow>,
): Promise<Mended> {
  const { act } = typeof planted.mend === 'function' ? { act: planted.mend } : planted.mend;
  const python = await parts.python();
  const callAgain = async (shown: Shown): Promise<PythonOutcome> => {
    const again = act === 'restart Python' ? undefined : planted.python?.(shown);
    return python.call({ environment: shown.environment, ...again });
  };
  if (act === 'restart Python') return { window, seconds: await secondsUntilBack(window, callAgain) };
  if (typeof act === 'function') {
    await act(window);
    return { window, seconds: await secondsUntilBack(window, callAgain) };
  }
  await window.close();
  const reopened = await open(act.reopen);
  return { window: reopened, seconds: await secondsUntilBack(reopened, callAgain) };
}

export function isPersonsAct(mend: Mend): boolean {
  return typeof mend !== 'function';
}

async function secondsUntilBack(
  window: CauseWindow,
  callAgain: (shown: Shown) => Promise<PythonOutcome>,
): Promise<number | undefined> {
  const begun = performance.now();
  const isBack = ({ status }: Shown): boolean => status.includes('$(pass)');
  // Whoever mended it elsewhere comes back to the window.
  await window.call({ kind: 'focus' });
  const shown = await window.look();
  // Where nothing shows it yet, the next request of Python does.
  if ((await window.lookUntil(isBack, lookedMs)) === undefined && hasAddress(shown)) await callAgain(shown);
  const back = await window.lookUntil(isBack, mendedMs);
  if (back === undefined) return undefined;
  const { kind } = await callAgain(back);
  return kind === 'done' ? Math.round((performance.now() - begun) / 100) / 10 : undefined;
}

function hasAddress({ environment }: Shown): boolean {
  return environment['MLFLOW_TRACKING_URI'] !== undefined;
}
