import { section, settings } from './manifest.ts';
import type { IntegerKey, SettingDescriptor, SettingKey, TextKey } from './manifest.ts';

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

/** What is set, and only that. */
export type SettingsLayer = Partial<Record<SettingKey, FoundValue>>;

/** A value that cannot be used, in one sentence; `usedInstead` is what is used. */
export interface SettingProblem {
  readonly key: SettingKey;
  readonly message: string;
}

/** Typed values, each from the first layer that has a usable one. */
export interface SettingValues {
  readonly text: (key: TextKey) => string;
  /** `undefined` for an empty one. */
  readonly optional: (key: TextKey) => string | undefined;
  readonly integer: (key: IntegerKey) => number;
  readonly boolean: (key: 'python.intercept') => boolean;
  readonly strings: (key: 'allowedHosts') => readonly string[];
  /** Of whatever type the setting has. */
  readonly any: (key: SettingKey) => Typed;
  readonly origin: (key: SettingKey) => ValueOrigin;
  readonly problems: readonly SettingProblem[];
}

export type Typed = string | number | boolean | readonly string[];

/** Reads the layers, the strongest first. Never throws: what cannot be used is a problem and the next layer counts. */
export function readValues(layers: readonly SettingsLayer[]): SettingValues {
  const problems: SettingProblem[] = [];
  const chosen = new Map<SettingKey, { value: Typed; origin: ValueOrigin }>();
  for (const key of Object.keys(settings) as SettingKey[]) {
    const descriptor: SettingDescriptor = settings[key];
    chosen.set(key, choose(key, descriptor, layers, problems));
  }
  const value = (key: SettingKey): Typed => chosen.get(key)?.value ?? settings[key].default;
  return {
    text: (key) => value(key) as string,
    optional: (key) => (value(key) as string) || undefined,
    integer: (key) => value(key) as number,
    boolean: (key) => value(key) as boolean,
    strings: (key) => value(key) as readonly string[],
    any: value,
    origin: (key) => chosen.get(key)?.origin ?? { kind: 'default' },
    problems,
  };
}

function choose(
  key: SettingKey,
  descriptor: SettingDescriptor,
  layers: readonly SettingsLayer[],
  problems: SettingProblem[],
): { value: Typed; origin: ValueOrigin } {
  const faults: { message: string; from: string }[] = [];
  let result: { value: Typed; origin: ValueOrigin } | undefined;
  for (const layer of layers) {
    const found = layer[key];
    if (found === undefined) continue;
    const checked = check(descriptor, found.value);
    if (checked.kind === 'fault') {
      faults.push({ message: checked.expected, from: originName(key, found.origin) });
    } else if (checked.value !== '') {
      // An empty text means "not set", so a weaker layer may fill it.
      result = { value: checked.value, origin: found.origin };
      break;
    }
  }
  result ??= { value: descriptor.default, origin: { kind: 'default' } };
  for (const fault of faults) {
    problems.push({
      key,
      message: `${fault.from} must be ${fault.message}; ${JSON.stringify(result.value)} is used instead.`,
    });
  }
  return result;
}

type Checked =
  { readonly kind: 'usable'; readonly value: Typed } | { readonly kind: 'fault'; readonly expected: string };

function check(descriptor: SettingDescriptor, value: unknown): Checked {
  switch (descriptor.type) {
    case 'string': {
      if (typeof value !== 'string') return { kind: 'fault', expected: 'text' };
      const trimmed = value.trim();
      if (descriptor.values && trimmed !== '' && !descriptor.values.includes(trimmed)) {
        return { kind: 'fault', expected: `one of ${descriptor.values.join(', ')}` };
      }
      return { kind: 'usable', value: trimmed };
    }
    case 'integer': {
      const { minimum, maximum } = descriptor;
      if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) {
        return { kind: 'usable', value };
      }
      const upper = maximum === Number.MAX_SAFE_INTEGER ? ' or more' : ` to ${maximum}`;
      return { kind: 'fault', expected: `a whole number, ${minimum}${upper}` };
    }
    case 'boolean':
      return typeof value === 'boolean'
        ? { kind: 'usable', value }
        : { kind: 'fault', expected: 'true or false' };
    case 'strings': {
      const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
      return isList ? { kind: 'usable', value } : { kind: 'fault', expected: 'a list of texts' };
    }
  }
}

function originName(key: SettingKey, origin: ValueOrigin): string {
  return origin.kind === 'environment' ? origin.variable : `${section}.${key}`;
}
