import * as l10n from '@vscode/l10n';
import { maxTextLength, section, settingKeys, settings } from './manifest.ts';
import type { Setting, SettingDescriptor, SettingKey, SettingValue, TextKey } from './manifest.ts';

/**
 * Where a value was found; `environment` names the variable. `workspace` and `remote` values may be somebody else's: the
 * folder's files hold the former, and a dev container's file is copied into the latter. So may be a variable of such a
 * container, which is foreign.
 */
export type ValueOrigin =
  | { readonly kind: 'default' }
  | { readonly kind: 'user' }
  | { readonly kind: 'workspace' }
  | { readonly kind: 'remote' }
  | { readonly kind: 'environment'; readonly variable: string; readonly isForeign?: true };

export interface FoundValue {
  /** As the user wrote it: any JSON. */
  readonly value: unknown;
  readonly origin: ValueOrigin;
  /** What the user's own settings have, where a workspace's value lies over it. */
  readonly own?: FoundValue;
}

/** What is set in one place, and only that. */
export type SettingsLayer = Partial<Record<SettingKey, FoundValue>>;

/** A value that cannot be used, in one sentence. */
export interface SettingProblem {
  readonly key: SettingKey;
  readonly message: string;
}

/** Typed values, each from the strongest layer that has a usable one; of some, the stricter of user and workspace. */
export interface SettingValues {
  readonly get: <Key extends SettingKey>(key: Key) => SettingValue<Key>;
  /** `undefined` for an empty one. */
  readonly optional: (key: TextKey) => string | undefined;
  readonly origin: (key: SettingKey) => ValueOrigin;
  /** Usable values that the user and the environment have, the strongest first; no workspace has a say in them. */
  readonly own: <Key extends SettingKey>(key: Key) => readonly SettingValue<Key>[];
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
    own: <Key extends SettingKey>(key: Key) => {
      const { parse }: Setting<SettingValue<Key>> = byKey[key];
      const own = foundIn(key, layers).filter(({ origin }) => isOwn(origin));
      return own.map(({ value }) => parse(value)).filter((value) => value !== undefined);
    },
    problems: settingKeys.flatMap((key) => problemsOf(key, layers)),
  };
}

/** Whether the value is the user's own, and not one that came with a folder. */
export function isOwn({ kind }: ValueOrigin): boolean {
  return kind !== 'workspace' && kind !== 'remote';
}

function isForeign(origin: ValueOrigin): boolean {
  return origin.kind === 'environment' && origin.isForeign === true;
}

interface Chosen<T> {
  readonly value: T;
  readonly origin: ValueOrigin;
  /** That were passed over because they are none of the setting's. */
  readonly unusable: readonly FoundValue[];
  /** Whether the workspace's was passed over because the user has a stricter one. */
  readonly isTooLoose: boolean;
}

function choose<T>(key: SettingKey, setting: Setting<T>, layers: readonly SettingsLayer[]): Chosen<T> {
  const found = foundIn(key, layers);
  const isOwnHere = (one: FoundValue): boolean =>
    isOwn(one.origin) && !(setting.stricter !== undefined && isForeign(one.origin));
  const shared = strongest(
    setting,
    found.filter((one) => !isOwnHere(one)),
  );
  if (shared.first !== undefined && setting.stricter === undefined) {
    return { ...shared.first, unusable: shared.unusable, isTooLoose: false };
  }
  const own = strongest(setting, found.filter(isOwnHere));
  const unusable = [...shared.unusable, ...own.unusable];
  const policy = own.first ?? { value: setting.default, origin: { kind: 'default' } };
  // What narrows and cannot be read counts as narrow as can be.
  const [broken] = own.unusable;
  const limit =
    broken !== undefined && setting.whenUnusable !== undefined
      ? { value: setting.whenUnusable, origin: broken.origin }
      : policy;
  const isLooser =
    shared.first !== undefined && setting.stricter?.(limit.value, shared.first.value) !== shared.first.value;
  return shared.first === undefined || isLooser
    ? { ...limit, unusable, isTooLoose: isLooser }
    : { ...shared.first, unusable, isTooLoose: false };
}

interface Strongest<T> {
  readonly first: { readonly value: T; readonly origin: ValueOrigin } | undefined;
  readonly unusable: readonly FoundValue[];
}

function strongest<T>(setting: Setting<T>, found: readonly FoundValue[]): Strongest<T> {
  const unusable: FoundValue[] = [];
  for (const one of found) {
    const value = setting.parse(one.value);
    if (value !== undefined) return { first: { value, origin: one.origin }, unusable };
    unusable.push(one);
  }
  return { first: undefined, unusable };
}

function foundIn(key: SettingKey, layers: readonly SettingsLayer[]): readonly FoundValue[] {
  return layers
    .flatMap((layer) => layer[key] ?? [])
    .flatMap((found) => [found, ...(found.own ? [found.own] : [])])
    .filter((found) => !isBlank(key, found));
}

/** An empty text means "not set", so a weaker layer may fill it. */
function isBlank(key: SettingKey, { value }: FoundValue): boolean {
  return settings[key].type === 'string' && typeof value === 'string' && value.trim() === '';
}

function problemsOf(key: SettingKey, layers: readonly SettingsLayer[]): readonly SettingProblem[] {
  const { value, unusable, isTooLoose } = choose<unknown>(key, byKey[key], layers);
  const used = JSON.stringify(value);
  const problems = unusable.map(({ origin }) => {
    const name = origin.kind === 'environment' ? origin.variable : `${section}.${key}`;
    return { key, message: problemMessage(name, settings[key], used) };
  });
  if (!isTooLoose) return problems;
  const message = l10n.t(
    '{0}: a workspace can only make it stricter than your own setting; {1} is used.',
    `${section}.${key}`,
    used,
  );
  return [...problems, { key, message }];
}

function problemMessage(name: string, descriptor: SettingDescriptor, used: string): string {
  switch (descriptor.type) {
    case 'string':
      return descriptor.values === undefined
        ? l10n.t(
            '{0} must be a string of at most {1} characters; {2} is used instead.',
            name,
            maxTextLength,
            used,
          )
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
    case 'secretFields':
      return l10n.t(
        '{0} must be {1} or {2}, with the names that your secret has.',
        name,
        '{"token": "api_key"}',
        '{"username": "login", "password": "pw"}',
      );
    case 'hosts':
      return l10n.t('{0} must be a list of host names such as {1}.', name, '*.company.com');
  }
}
