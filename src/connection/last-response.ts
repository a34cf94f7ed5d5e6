import * as l10n from '@vscode/l10n';
import { ago } from '../age.ts';
import type { ProxyStatistics } from '../proxy/messages.ts';

export type ResponseFacts = Pick<ProxyStatistics, 'lastResponseAt' | 'medianResponseMs' | 'p95ResponseMs'>;

/**
 * When the tracking server responded last, be it to a check of ours, and how fast over the last minutes, for people.
 * `undefined`: it has not yet.
 */
export function lastResponse(facts: ResponseFacts | undefined, now: number): string | undefined {
  if (facts === undefined || facts.lastResponseAt === 0) return undefined;
  const { lastResponseAt, medianResponseMs, p95ResponseMs } = facts;
  const age = ago(lastResponseAt, now);
  if (medianResponseMs === undefined) return age;
  const median = spent(medianResponseMs);
  const p95 = spent(p95ResponseMs ?? medianResponseMs);
  return p95 === median
    ? l10n.t('{0}, in {1}', age, median)
    : l10n.t('{0}, usually in {1}, 95 % in {2}', age, median, p95);
}

/** As short as it is read: what is slow is slow by seconds. */
function spent(ms: number): string {
  return ms < 1000 ? l10n.t('{0} ms', Math.round(ms)) : l10n.t('{0} s', (ms / 1000).toFixed(1));
}
