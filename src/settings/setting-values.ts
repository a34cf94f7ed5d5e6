import * as l10n from '@vscode/l10n';
import { section, settingKeys, settings } from './manifest.ts';
import type { Setting, SettingDescriptor, SettingKey, SettingValue, TextKey } from './manifest.ts';

/** Where a value was found; `environment` names the variable. */
export type ValueOrigin =
  | { readonly kind: 'default' }
  | { readonly kind: 'user' }
  | { readonly kind: 'workspace' }
  | { readonly kind: 'environment'; readonly variable: string };

export interface FoundValue {
  /** As the user wrote it: any JSON. */
  readonly value: unknown;
  readonly origin: ValueOrigin;
}

/** What is set in one place, and only that. */
export type SettingsLayer = Partial<Record<SettingKey, FoundValue>>;

/** A value that cannot be used, in one sentence. */
export interface SettingProblem {
  readonly key: SettingKey;
  readonly message: string;
}

/** Typed values, each from the strongest layer that has a usable one. */
export interface SettingValues {
  readonly get: <Key extends SettingKey>(key: Key) => SettingValue<Key>;
  /** `undefined` for an empty one. */
  readonly optional: (key: TextKey) => string | undefined;
  readonly origin: (key: SettingKey) => ValueOrigin;
  /** Values that a stronger layer has and that cannot be used. */
  readonly problems: readonly SettingProblem[];
}

/** By key, so that the compiler knows the type of a value by its key. */
const byKey: { readonly [Key in SettingKey]: Setting<SettingValue<Key>> } = settings;

/** Reads the layers, the strongest first. Never throws: what cannot be used is a problem and the next layer counts. */
export function readValues(layers: readonly SettingsLayer[]): SettingValues {
  const get = <Key extends SettingKey>(key: Key): SettingValue<Key> => choose(key, byKey[key], layers).value;
  return {
    get,
    optional: (key) => get(key) || undefined,
    origin: (key) => choose<unknown>(key, byKey[key], layers).origin,
    problems: settingKeys.flatMap((key) => problemsOf(key, layers)),
  };
}

interface Chosen<T> {
  readonly value: T;
  readonly origin: ValueOrigin;
  /** Of the layers that were passed over. */
  readonly unusable: readonly FoundValue[];
}

function choose<T>(key: SettingKey, setting: Setting<T>, layers: readonly SettingsLayer[]): Chosen<T> {
  const unusable: FoundValue[] = [];
  for (const layer of layers) {
    const found = layer[key];
    if (found === undefined || isBlank(key, found)) continue;
    const value = setting.parse(found.value);
    if (value !== undefined) return { value, origin: found.origin, unusable };
    unusable.push(found);
  }
  return { value: setting.default, origin: { kind: 'default' }, unusable };
}

/** An empty text means "not set", so a weaker layer may fill it. */
function isBlank(key: SettingKey, { value }: FoundValue): boolean {
  return settings[key].type === 'string' && typeof value === 'string' && value.trim() === '';
}

function problemsOf(key: SettingKey, layers: readonly SettingsLayer[]): readonly SettingProblem[] {
  const { value, unusable } = choose<unknown>(key, byKey[key], layers);
  return unusable.map(({ origin }) => {
    const name = origin.kind === 'environment' ? origin.variable : `${section}.${key}`;
    return { key, message: problemMessage(name, settings[key], JSON.stringify(value)) };
  });
}

function problemMessage(name: string, descriptor: SettingDescriptor, used: string): string {
  switch (descriptor.type) {
    case 'string':
      return descriptor.values === undefined
        ? l10n.t('{0} must be text; {1} is used instead.', name, used)
        : l10n.t('{0} must be one of {1}; {2} is used instead.', name, descriptor.values.join(', '), used);
    case 'integer': {
      const { minimum, maximum } = descriptor;
      return maximum === Number.MAX_SAFE_INTEGER
        ? l10n.t('{0} must be a whole number of at least {1}; {2} is used instead.', name, minimum, used)
        : l10n.t(
            '{0} must be a whole number from {1} to {2}; {3} is used instead.',
            name,
            minimum,
            maximum,
            used,
          );
    }
    case 'boolean':
      return l10n.t('{0} must be true or false; {1} is used instead.', name, used);
    case 'strings':
      return l10n.t('{0} must be a list of texts; {1} is used instead.', name, used);
  }
}
