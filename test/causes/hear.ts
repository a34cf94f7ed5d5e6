import type { Cause, Planted, Voice } from './cause.ts';
import type { Parts } from './parts.ts';
import type { CauseWindow } from './window/cause-window.ts';
import type { Notification } from './window/editor-double.ts';
import type { Shown } from './window/messages.ts';

/** What each voice says, as a person reads it; buttons stand in brackets. */
export type Said = Readonly<Partial<Record<Voice, string>>>;

export interface Heard {
  readonly said: Said;
  /** What is wrong whatever the cause is. */
  readonly faults: readonly string[];
}

const settledMs = 40_000;
const namedMs = 3000;

export async function hear(
  cause: Cause,
  window: CauseWindow,
  planted: Planted,
  parts: Parts,
): Promise<Heard> {
  const voices = 'answered' in cause ? undefined : cause.heardFrom;
  const isHeard = (voice: Voice): boolean => voices?.includes(voice) ?? true;
  const before = await settled(window);
  await planted.afterConnecting?.(window, before);
  const python = await parts.python();
  const call = { environment: before.environment, ...planted.python?.(before) };
  const outcome = isHeard('Python') ? await python.call(call) : ({ kind: 'done' } as const);
  const shown = await settled(window, 'answered' in cause || !isHeard('status bar') ? undefined : cause.code);
  const announced = shown.notifications.find(isTrouble);
  const { report, asksStore } = await diagnosed(window, planted);
  const { notifications, log } = await window.look();
  const faults = asksStore ? ['Diagnose asks the secret store'] : [];
  const offered = notifications.slice(shown.notifications.length);
  const said: Partial<Record<Voice, string>> = {
    'status bar': `${shown.status}\n${shown.tooltip}`,
    Python: outcome.kind === 'done' ? 'nothing was raised' : outcome.message,
    Diagnose: [report, ...offered.map(inOneText)].join('\n'),
  };
  if (announced !== undefined) said.notification = inOneText(announced);
  else if (shown.status.includes('$(error)')) said.notification = '';
  const heard = Object.entries(said).filter(([voice]) => isHeard(voice as Voice));
  // Every secret of these tests has this word in it.
  const told = [...Object.entries(said), ...log.map((line) => ['the log', line] as const)];
  const tellers = told.filter(([, text]) => /canary/i.test(text)).map(([teller]) => teller);
  faults.push(...new Set(tellers.map((teller) => `${teller} tells a secret`)));
  return { said: Object.fromEntries(heard), faults };
}

const diagnoses = 3;

/** The window asks the store again by itself meanwhile, less and less often: not beside each of several diagnoses. */
async function diagnosed(
  window: CauseWindow,
  { storeCalls }: Planted,
): Promise<{ readonly report: string; readonly asksStore: boolean }> {
  for (let count = 1; ; count += 1) {
    const before = storeCalls?.();
    const report = await window.diagnose();
    const asksStore = before !== storeCalls?.();
    if (!asksStore || count === diagnoses) return { report, asksStore };
  }
}

/**
 * Whatever was begun is over, the reading of this machine's certificates, too; what Python has just met is seen a
 * moment later, so this code is waited for.
 */
async function settled(window: CauseWindow, code?: string): Promise<Shown> {
  const isSettled = ({ status, tooltip }: Shown): boolean =>
    /\$\((?!sync~spin|debug-disconnect)/.test(status) && !tooltip.includes('upstream.certificatesPending');
  const shown = await window.lookUntil(isSettled, settledMs);
  const isNamed = ({ tooltip }: Shown): boolean => code === undefined || tooltip.includes(code);
  return (await window.lookUntil(isNamed, namedMs)) ?? shown ?? window.look();
}

function isTrouble({ severity }: Notification): boolean {
  return severity !== 'information';
}

function inOneText({ text, buttons }: Notification): string {
  return [text, ...buttons.map((button) => `[${button}]`)].join(' ');
}
