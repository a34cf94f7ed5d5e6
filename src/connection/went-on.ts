import * as l10n from '@vscode/l10n';
import type { WentOn } from '../proxy/control/control-messages.ts';

/** What a proxy did that was kept while no window was there, in a few words. `language`: of the words. */
export function wentOnText({ forMs, requests, refreshes }: WentOn, language: string): string {
  const count = (number: number): string => number.toLocaleString(language);
  return l10n.t(
    'kept {0}, {1} requests, {2} refreshes',
    hoursAndMinutes(forMs),
    count(requests),
    count(refreshes),
  );
}

export function wentOnLine(text: string): string {
  return l10n.t('While no window was open, the local proxy went on: {0}.', text);
}

/** A length of time, for people, to the minute. */
function hoursAndMinutes(milliseconds: number): string {
  const minutes = Math.floor(Math.max(0, milliseconds) / 60_000);
  return minutes < 60
    ? l10n.t('{0} min', minutes)
    : l10n.t('{0} h {1} min', Math.floor(minutes / 60), minutes % 60);
}
