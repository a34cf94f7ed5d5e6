import { performance } from 'node:perf_hooks';
import type { Cause, Planted, Voice } from './cause.ts';
import type { Parts } from './parts.ts';
import type { CauseWindow } from './window/cause-window.ts';
import type { Shown } from './window/messages.ts';

export interface Examined {
  readonly name: string;
  /** `wrong`: somebody names another cause. `none`: nobody is wrong, and somebody names none. */
  readonly named: 'right' | 'wrong' | 'none';
  /** Whether it works again once the cause is mended, with no further act; `undefined`: the test cannot mend it. */
  readonly mendsItself: boolean | undefined;
  /** From mending to "connected". */
  readonly seconds: number | undefined;
  readonly faults: readonly string[];
  readonly said: Readonly<Partial<Record<Voice, string>>>;
}

const settledMs = 40_000;
const mendedMs = 75_000;
const codes = /\(((?:settings|secret|proxy|upstream|vault|aws|azure|stored)\.[\w.]+)\)/g;

/** Plants the cause in a window of its own, hears what everybody says of it, mends it, and waits for the connection. */
export async function examine(cause: Cause, parts: Parts): Promise<Examined> {
  const planted = await cause.plant(parts);
  let window: CauseWindow | undefined;
  try {
    window = await parts.window(cause.name, planted.window);
    const said = only(await hear(window, planted, parts, cause.heardFrom), cause.heardFrom);
    const faults = faultsOf(cause, said);
    const seconds = planted.mend && (await secondsToMend(window, planted.mend, parts));
    return {
      name: cause.name,
      named: verdict(cause, said, faults),
      mendsItself: planted.mend && seconds !== undefined,
      seconds,
      faults,
      said,
    };
  } finally {
    await window?.close();
    await planted.stop?.();
  }
}

type Said = Examined['said'];

async function hear(
  window: CauseWindow,
  planted: Planted,
  parts: Parts,
  voices: Cause['heardFrom'],
): Promise<Said> {
  const before = await settled(window);
  await planted.afterConnecting?.(window, before);
  const python = await parts.python();
  const { environment, trackingUri } = { trackingUri: undefined, ...(planted.python?.(before) ?? before) };
  const isHeard = voices?.includes('Python') ?? true;
  const outcome = isHeard ? await python.call(environment, trackingUri) : ({ kind: 'done' } as const);
  const shown = await settled(window);
  const report = await window.diagnose();
  const said: Partial<Record<Voice, string>> = {
    Python: outcome.kind === 'done' ? 'nothing was raised' : outcome.message,
    Diagnose: report,
  };
  said['status bar'] = `${shown.status}\n${shown.tooltip}`;
  const [notification] = shown.notifications.filter(({ severity }) => severity !== 'information');
  if (notification !== undefined)
    said.notification = `${notification.text} [${notification.buttons.join('] [')}]`;
  else if (shown.status.includes('$(error)')) said.notification = '';
  return said;
}

function only(said: Said, voices: Cause['heardFrom']): Said {
  const heard = Object.entries(said).filter(([voice]) => voices?.includes(voice as Voice) ?? true);
  return Object.fromEntries(heard);
}

/** Whatever was begun is over. */
async function settled(window: CauseWindow): Promise<Shown> {
  const isSettled = ({ status }: Shown): boolean => /\$\((?!sync~spin|debug-disconnect)/.test(status);
  const shown = await window.lookUntil(isSettled, settledMs);
  return shown ?? window.look();
}

function namedCodes(text: string): readonly string[] {
  return [...text.matchAll(codes)].map(([, code = '']) => code);
}

function faultsOf({ code, remedy }: Cause, said: Said): readonly string[] {
  const faults: string[] = [];
  for (const [voice, text] of Object.entries(said)) {
    const others = namedCodes(text).filter((one) => one !== code);
    if (others.length > 0) faults.push(`${voice} names ${[...new Set(others)].join(', ')}`);
    if (!namedCodes(text).includes(code)) faults.push(`${voice} does not name ${code}`);
    if (!remedy.test(text)) faults.push(`${voice} does not tell the remedy ${remedy}`);
  }
  return faults;
}

function verdict({ code }: Cause, said: Said, faults: readonly string[]): Examined['named'] {
  const named = Object.values(said).flatMap(namedCodes);
  if (named.some((one) => one !== code)) return 'wrong';
  return faults.length === 0 ? 'right' : 'none';
}

async function secondsToMend(
  window: CauseWindow,
  mend: (window: CauseWindow) => Promise<unknown>,
  parts: Parts,
): Promise<number | undefined> {
  await mend(window);
  const begun = performance.now();
  // Whoever mended it elsewhere comes back to the window.
  await window.call({ kind: 'focus' });
  const { environment } = await window.look();
  const isBack = ({ status }: Shown): boolean => status.includes('$(pass)');
  // Where nothing shows it yet, the next request of Python does.
  if (
    (await window.lookUntil(isBack, 3000)) === undefined &&
    environment['MLFLOW_TRACKING_URI'] !== undefined
  ) {
    await (await parts.python()).call(environment);
  }
  const shown = await window.lookUntil(isBack, mendedMs);
  return shown && Math.round((performance.now() - begun) / 100) / 10;
}
