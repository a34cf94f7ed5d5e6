import * as l10n from '@vscode/l10n';
import type { Environment } from '../environment.ts';
import { maxTextLength } from './manifest.ts';
import type { SettingKey } from './manifest.ts';
import type { SettingsLayer } from './setting-values.ts';

/** A variable that cannot be used as it is, in one sentence; never its value, which may be a credential. */
export interface VariableProblem {
  readonly variable: string;
  readonly message: string;
}

/** Reads variables as a layer of settings, and collects what cannot be used. */
export class VariableReader {
  readonly #environment: Environment;
  readonly #problems: VariableProblem[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  get problems(): readonly VariableProblem[] {
    return this.#problems;
  }

  /** Trimmed; `undefined` when unset or blank. A value beyond the bound is cut right behind it, so that no setting takes it. */
  get(variable: string): string | undefined {
    const value = this.#environment[variable]?.trim().slice(0, maxTextLength + 1);
    return value === '' ? undefined : value;
  }

  /** The first of the variables that is set, under the setting's key. */
  setting(key: SettingKey, ...variables: readonly string[]): SettingsLayer {
    const [first, ...others] = variables.filter((variable) => this.get(variable) !== undefined);
    if (first === undefined) return {};
    const ignored = others.find((other) => this.get(other) !== this.get(first));
    if (ignored !== undefined) {
      this.report(ignored, l10n.t('{0} is ignored: it differs from {1}, which is used.', ignored, first));
    }
    return fromVariable(key, this.get(first), first);
  }

  report(variable: string, message: string): void {
    this.#problems.push({ variable, message });
  }
}

/** A layer with this one value. */
export function fromVariable(key: SettingKey, value: unknown, variable: string): SettingsLayer {
  return { [key]: { value, origin: { kind: 'environment', variable } } };
}
