import * as l10n from '@vscode/l10n';
import { ago, ahead, duration, isNear, moment } from '../age.ts';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { providerOf } from '../providers/providers.ts';
import type { ProxyStatistics } from '../proxy/messages.ts';
import type { SecretFacts } from './state.ts';

/** What is shown of a connection wherever its facts are listed: a label and a value, for people. */
type FactWords = readonly [label: string, value: string];

/** What the local proxy counted. */
export type CountedRequests = Pick<ProxyStatistics, 'requests' | 'failures' | 'denied' | 'since'>;

/** What is due sooner may have come by the time that somebody reads of it. */
const shownAheadMs = 30_000;

/** How old the secret is, and when it is fetched again; of one that a person entered, when that was. */
export function secretWords(
  { version, fetchedAt, enteredAt, nextRefreshAt }: SecretFacts,
  { source }: Pick<ConnectionConfiguration, 'source'>,
  now: number,
): readonly FactWords[] {
  if (providerOf(source).isSecretEntered) {
    const text = enteredAt === undefined ? l10n.t('entered by you') : entered(enteredAt, now);
    return [[l10n.t('Credential'), text]];
  }
  const age = ago(fetchedAt, now);
  const left = nextRefreshAt - now;
  const fetched =
    left > shownAheadMs
      ? l10n.t('fetched {0}, next {1}', age, ahead(nextRefreshAt, now))
      : left > 0
        ? l10n.t('fetched {0}', age)
        : l10n.t('fetched {0}, refreshes with the next request', age);
  const facts: FactWords[] = [[l10n.t('Secret'), fetched]];
  if (version !== undefined) facts.push([l10n.t('Secret version'), shortened(version)]);
  return facts;
}

function entered(at: number, now: number): string {
  return l10n.t('entered by you ({0})', ago(at, now));
}

/** A new process of the local proxy counts anew, so that it is said since when; what did not happen is left out. */
export function requestWords(statistics: CountedRequests | undefined, now: number): string {
  const { requests = 0, failures = 0, denied = 0, since } = statistics ?? {};
  const all = countedWords(requests + denied === 0 ? undefined : requests, since, now);
  const bad = [
    ...(failures === 0 ? [] : [l10n.t('{0} failed', failures)]),
    ...(denied === 0 ? [] : [l10n.t('{0} denied', denied)]),
  ];
  return bad.length === 0 ? all : `${all}; ${bad.join(', ')}`;
}

function countedWords(requests: number | undefined, since: number | undefined, now: number): string {
  if (since === undefined) return requests === undefined ? l10n.t('none yet') : String(requests);
  if (isNear(since, now)) {
    const time = duration(now - since);
    return requests === undefined
      ? l10n.t('none in the last {0}', time)
      : l10n.t('{0} in the last {1}', requests, time);
  }
  const start = moment(since, now);
  return requests === undefined ? l10n.t('none since {0}', start) : l10n.t('{0} since {1}', requests, start);
}

/** Version ids of cloud stores are long; the beginning is enough to distinguish them. */
function shortened(version: string): string {
  return version.length > 12 ? `${version.slice(0, 8)}…` : version;
}
