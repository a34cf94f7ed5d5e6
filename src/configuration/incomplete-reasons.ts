import * as l10n from '@vscode/l10n';
import { section } from '../settings/manifest.ts';
import type { ConfigurationResult } from './read-configuration.ts';

type Incomplete = Extract<ConfigurationResult, { kind: 'incomplete' }>;

/** What is wrong with the settings and what they lack, in sentences. */
export function incompleteReasons({
  missing,
  problems,
}: Pick<Incomplete, 'missing' | 'problems'>): readonly string[] {
  const wrong = problems.map(({ message }) => message);
  if (missing.length === 0) return wrong;
  const names = missing.map((key) => `${section}.${key}`);
  return [...wrong, l10n.t('Not set: {0}.', names.join(', '))];
}
