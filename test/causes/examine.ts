import type { Mend } from '../../src/mending.ts';
import { mendsOf } from '../../src/problem-catalogue.ts';
import type { ProblemCode } from '../../src/problem-catalogue.ts';
import type { AnsweredCause, Cause, NamedCause, Planted, Voice } from './cause.ts';
import { hear } from './hear.ts';
import type { Said } from './hear.ts';
import { isPersonsAct, mend } from './mend.ts';
import type { Parts } from './parts.ts';
import type { CauseWindow } from './window/cause-window.ts';

export interface Examined {
  readonly name: string;
  /** `wrong`: somebody names another cause. `none`: nobody is wrong, and somebody names none. */
  readonly named: 'right' | 'wrong' | 'none';
  /** Whether it works again once the cause is mended, with no further act. */
  readonly mendsItself: boolean;
  /** Why it takes a further act, of a person. */
  readonly because: string | undefined;
  /** From mending to working again. */
  readonly seconds: number | undefined;
  readonly faults: readonly string[];
  readonly said: Said;
}

/** Buttons that help, and mend nothing. */
const helping: ReadonlySet<string> = new Set(['Copy Report', 'Show Log', 'Diagnose']);

const codes = /\(((?:settings|secret|proxy|upstream|vault|aws|azure|stored)\.[\w.]+)\)/g;

/** Plants the cause in a window of its own, hears what everybody says of it, mends it, and waits for the connection. */
export async function examine(cause: Cause, parts: Parts): Promise<Examined> {
  const planted = await cause.plant(parts);
  const open = async (options: Planted['window']): Promise<CauseWindow> => parts.window(cause.name, options);
  let window: CauseWindow | undefined;
  try {
    window = await open(planted.window);
    const { said, faults: always } = await hear(cause, window, planted, parts);
    const faults = [...always, ...faultsOf(cause, said)];
    const mended = await mend(window, planted, parts, open);
    window = mended.window;
    const { seconds } = mended;
    const lasting =
      seconds === undefined ? [`is not over once it is mended: ${(await window.look()).status}`] : [];
    return {
      name: cause.name,
      named: verdict(cause, said, faults),
      mendsItself: !isPersonsAct(planted.mend) && seconds !== undefined,
      because: typeof planted.mend === 'function' ? undefined : planted.mend.because,
      seconds,
      faults: [...faults, ...lasting],
      said,
    };
  } finally {
    await window?.close();
    await planted.stop?.();
  }
}

function namedCodes(text: string): readonly string[] {
  return [...text.matchAll(codes)].map(([, code = '']) => code);
}

function faultsOf(cause: Cause, said: Said): readonly string[] {
  return Object.entries(said).flatMap(([voice, text]) => {
    const own = 'answered' in cause ? answeredFaults(cause, voice, text) : namedFaults(cause, voice, text);
    return own.map((fault) => `${voice} ${fault}`);
  });
}

/** What the user does in this window can be pressed, of whichever voice has buttons. */
const buttonsOf: readonly string[] = ['notification', 'Diagnose'] satisfies Voice[];
const mendedByPressing: ReadonlySet<Mend> = new Set(['settings', 'enterCredential', 'signIn']);
/** Settings of the editor, which have no button of ours. */
const ofTheEditor: ReadonlySet<ProblemCode> = new Set(['upstream.httpProxySignIn']);

function isPressed(code: ProblemCode): boolean {
  return mendedByPressing.has(mendsOf(code)[0]) && !ofTheEditor.has(code);
}

function namedFaults({ code, remedy }: NamedCause, voice: string, text: string): readonly string[] {
  const faults: string[] = [];
  const others = namedCodes(text).filter((one) => one !== code);
  if (others.length > 0) faults.push(`names ${[...new Set(others)].join(', ')}`);
  if (!namedCodes(text).includes(code)) faults.push(`does not name ${code}`);
  if (!remedy.test(text)) faults.push(`does not tell the remedy ${remedy}`);
  const buttons = [...text.matchAll(/ \[([A-Z][^\]\n]*)\]/g)].map(([, button = '']) => button);
  const mending = buttons.filter((button) => !helping.has(button));
  if (buttonsOf.includes(voice) && isPressed(code) && mending.length === 0)
    faults.push(`offers no button that mends, but ${buttons.join(', ')}`);
  if (voice === 'Diagnose' && !buttons.includes('Copy Report')) faults.push('does not offer its report');
  return faults;
}

function answeredFaults({ answered }: AnsweredCause, voice: string, text: string): readonly string[] {
  const others = namedCodes(text);
  const faults = others.length > 0 ? [`names ${others.join(', ')}`] : [];
  if (voice === 'Python' && !answered.test(text)) faults.push(`does not have MLflow’s own words ${answered}`);
  if (voice === 'status bar' && !text.includes('$(pass)')) faults.push('is not "connected"');
  if (voice === 'notification') faults.push('appears, although nothing is wrong with the connection');
  return faults;
}

function verdict(cause: Cause, said: Said, faults: readonly string[]): Examined['named'] {
  const named = Object.values(said).flatMap(namedCodes);
  const isOther = (one: string): boolean => 'answered' in cause || one !== cause.code;
  if (named.some(isOther)) return 'wrong';
  return faults.length === 0 ? 'right' : 'none';
}
