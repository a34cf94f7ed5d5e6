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
  const median = Math.round(medianResponseMs);
  return p95ResponseMs === undefined || Math.round(p95ResponseMs) === median
    ? l10n.t('{0}, in {1} ms', age, median)
    : l10n.t('{0}, usually in {1} ms, 95 % in {2} ms', age, median, Math.round(p95ResponseMs));
}
