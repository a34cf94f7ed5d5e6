import { missingElements, prependElements, removeElements } from './list-variable.ts';
import type { Environment } from '../environment.ts';
import type { EnvironmentChange } from './environment.ts';

type MutableEnvironment = Record<string, string | undefined>;

interface Applied {
  readonly change: EnvironmentChange;
  readonly key: string;
  readonly before: string | undefined;
  readonly after: string;
  /** Of a `prepend`: the elements that were not there. */
  readonly added: readonly string[];
}

/**
 * Our changes in one environment, such as `process.env`. `apply` puts the given changes in place of those it made
 * before; `undo` takes them back. What somebody else wrote to a variable in the meantime stays: a replaced value
 * is put back only while ours is still there, and from a list only our own elements go.
 */
export class ProcessEnvironment {
  readonly #environment: MutableEnvironment;
  readonly #platform: NodeJS.Platform;
  #applied: readonly Applied[] = [];

  constructor(environment: MutableEnvironment, platform: NodeJS.Platform) {
    this.#environment = environment;
    this.#platform = platform;
  }

  /** The environment as it would be after `undo`. */
  get original(): Environment {
    const copy = { ...this.#environment };
    undoIn(copy, this.#applied);
    return copy;
  }

  /** Nothing else runs in between, so nobody sees the variables without their values. */
  apply(changes: readonly EnvironmentChange[]): void {
    this.undo();
    this.#applied = changes.map((change) => this.#applyOne(change));
  }

  undo(): void {
    undoIn(this.#environment, this.#applied);
    this.#applied = [];
  }

  #applyOne(change: EnvironmentChange): Applied {
    const key = this.#keyOf(change.name);
    const before = this.#environment[key];
    const [after, added] =
      change.action === 'replace'
        ? [change.value, []]
        : [
            prependElements(before, change.value, change.separator),
            missingElements(before, change.value, change.separator),
          ];
    this.#environment[key] = after;
    return { change, key, before, after, added };
  }

  /** On Windows, names differ in case and are the same. */
  #keyOf(name: string): string {
    if (this.#platform !== 'win32' || name in this.#environment) return name;
    const lower = name.toLowerCase();
    return Object.keys(this.#environment).find((key) => key.toLowerCase() === lower) ?? name;
  }
}

function undoIn(environment: MutableEnvironment, made: readonly Applied[]): void {
  for (const applied of [...made].reverse()) {
    const { key, before, after } = applied;
    const current = environment[key];
    const value = current === after ? before : withoutOurs(current, applied);
    // Assigning undefined to process.env would store the word "undefined".
    if (value === undefined) Reflect.deleteProperty(environment, key);
    else environment[key] = value;
  }
}

function withoutOurs(current: string | undefined, { change, before, added }: Applied): string | undefined {
  if (current === undefined || change.action === 'replace') return current;
  const rest = removeElements(current, added, change.separator);
  return rest === '' ? before : rest;
}

/** A copy of `environment` with the changes, for a process that is started with an environment of its own. */
export function withChanges(
  environment: Environment,
  changes: readonly EnvironmentChange[],
  platform: NodeJS.Platform,
): Record<string, string | undefined> {
  const copy = { ...environment };
  new ProcessEnvironment(copy, platform).apply(changes);
  return copy;
}
