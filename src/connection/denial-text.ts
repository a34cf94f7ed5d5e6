import * as l10n from '@vscode/l10n';
import { withCode } from '../problem.ts';
import { denialCodes } from '../proxy/denial-codes.ts';
import type { DenialReason } from '../proxy/messages.ts';

/** Why requests were denied, for people: "wrong session token, from python3 (process 4711) (3 times) (proxy.wrongToken)". */
export function denialText(reason: DenialReason, count: number, detail: string): string {
  const what = reasons[reason]();
  const text = detail === '' ? what : l10n.t('{0}, {1}', what, detail);
  return withCode(count > 1 ? l10n.t('{0} ({1} times)', text, count) : text, denialCodes[reason]);
}

const reasons: Readonly<Record<DenialReason, () => string>> = {
  'no-token': () => l10n.t('no session token'),
  'wrong-token': () => l10n.t('wrong session token'),
  host: () => l10n.t('wrong Host header'),
  origin: () => l10n.t('web page of another origin'),
  'fetch-site': () => l10n.t('web page of another site'),
  forwarded: () => l10n.t('forwarded request'),
  'other-user': () => l10n.t('program of another user'),
  'other-server': () => l10n.t('started for another tracking server'),
  'outside-base-path': () => l10n.t('path outside the tracking server'),
  malformed: () => l10n.t('malformed request'),
  limit: () => l10n.t('too many connections'),
};
