import * as l10n from '@vscode/l10n';
import { section } from '../settings/manifest.ts';
import type { SettingKey } from '../settings/manifest.ts';
import type { AmbientCredential, Configured, Fact, Surroundings } from './provider.ts';

/** Small facts that every provider states in the same form. */

export const nothing: Fact = { value: '' };

/** The parts that there are, as one value. */
export function joined(separator: string, ...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(separator);
}

/** `message`: what the setting must be, as a sentence. */
export function invalidSetting(key: SettingKey, message: string): Configured<never> {
  const problem = { key, message: `${section}.${key}: ${message}` };
  return { kind: 'incomplete', missing: [], problems: [problem] };
}

export function ambientVariable(name: string, { environment }: Surroundings): AmbientCredential {
  return {
    place: l10n.t('environment variable {0}', name),
    isSet: Boolean(environment[name]?.trim()),
  };
}
