import * as l10n from '@vscode/l10n';

/** A length of time, for people. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 90) return l10n.t('{0} s', seconds);
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? l10n.t('{0} min', minutes) : l10n.t('{0} h', Math.round(minutes / 60));
}

/** From here on, people want to know the time. */
const hourMs = 60 * 60_000;

/** Whether it is said how long ago or ahead that is, rather than when. */
export function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) < hourMs;
}

/** When that was, for people: in the last hour how long ago, before that the local time. */
export function ago(then: number, now: number): string {
  if (now - then < 1000) return l10n.t('just now');
  if (isNear(then, now)) return l10n.t('{0} ago', duration(now - then));
  return now - then < halfDayMs ? l10n.t('at {0}', timeOfDay(then)) : moment(then, now);
}

/** When that will be, in the same form. */
export function ahead(then: number, now: number): string {
  return isNear(then, now) ? l10n.t('in {0}', duration(then - now)) : l10n.t('at {0}', timeOfDay(then));
}

const halfDayMs = 12 * 60 * 60_000;

/** A time in the past, for people: with its day, unless it was a short while ago. */
export function moment(at: number, now: number): string {
  if (now - at < halfDayMs) return timeOfDay(at);
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** Of a time of today or tomorrow, for people. */
export function timeOfDay(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}
