import { removeElements } from './list-variable.ts';
import type { Environment, EnvironmentChange } from './environment.ts';

/** A call to VS Code's `EnvironmentVariableCollection`, whose `prepend` joins the two values as they are. */
export interface TerminalMutator {
  readonly type: 'replace' | 'prepend';
  readonly name: string;
  readonly value: string;
}

/**
 * The same changes for terminals. `start` is what a terminal starts with before the collection is applied:
 * `process.env`, with or without these changes, and the `terminal.integrated.env.*` setting over it.
 *
 * A list that has no value yet is replaced, because the separator that a `prepend` has to end with would leave an
 * empty element, and in PYTHONPATH that is the current folder. In NO_PROXY it means nothing (seen with curl,
 * urllib and requests since 2.17), so there `prepend` keeps what a shell's start-up file sets.
 */
export function terminalMutators(
  changes: readonly EnvironmentChange[],
  start: Environment,
): readonly TerminalMutator[] {
  return changes.map((change) => {
    const { name, value } = change;
    if (change.action === 'replace') return { type: 'replace', name, value };
    const { separator } = change;
    const others = removeElements(start[name] ?? '', value.split(separator), separator);
    return separator === ',' || others !== ''
      ? { type: 'prepend', name, value: value + separator }
      : { type: 'replace', name, value };
  });
}
