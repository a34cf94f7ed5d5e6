import { parse } from 'jsonc-parser';
import { section, settingKeys, settings } from './manifest.ts';
import type { SettingKey } from './manifest.ts';
import type { SettingChanges } from './written-values.ts';

/**
 * Our settings in the text of a `settings.json`, as the editor reads it: JSON with comments, in which a dot in a name
 * may be an object instead. Those that a folder may have, where their values can be used.
 */
export function settingsInFile(text: string): SettingChanges {
  const found = new Map<SettingKey, unknown>();
  collect(parsed(text), '', found);
  return Object.fromEntries(found);
}

function parsed(text: string): unknown {
  try {
    return parse(text, [], { allowTrailingComma: true });
  } catch (error) {
    // The parser calls itself for each level, and a file may have any number of them.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function collect(value: unknown, path: string, found: Map<SettingKey, unknown>): void {
  const key = settingKeys.find((one) => `${section}.${one}` === path);
  if (key !== undefined) {
    const { scope, parse: parseValue } = settings[key];
    const usable = scope === 'window' ? parseValue(value) : undefined;
    if (usable !== undefined && usable !== '') found.set(key, usable);
    return;
  }
  if (typeof value !== 'object' || value === null || !isOnTheWay(path)) return;
  for (const [name, child] of Object.entries(value)) {
    collect(child, path === '' ? name : `${path}.${name}`, found);
  }
}

function isOnTheWay(path: string): boolean {
  return path === '' || settingKeys.some((one) => `${section}.${one}`.startsWith(`${path}.`));
}
