import { placeFirst, removeElements } from './list-variable.ts';
import type { Environment } from '../environment.ts';
import type { EnvironmentChange } from './environment.ts';

/** A call to VS Code's `EnvironmentVariableCollection`, whose `prepend` joins the two values as they are. */
export interface TerminalMutator {
  readonly type: 'replace' | 'prepend';
  readonly name: string;
  readonly value: string;
  /** Whether what the shell's start-up files set is changed, too. */
  readonly afterStartUp: boolean;
}

/**
 * The same changes for terminals. `start` is what a terminal would start with without any: the environment of the
 * extension host before ours, and the `terminal.integrated.env.*` setting over it.
 *
 * VS Code applies a mutator when it creates the process and, where that is asked for, again after the shell's start-up
 * files, so that these do not win. A `prepend` is then there twice. In PYTHONPATH that costs nothing, and whatever a start-up
 * file sets stays. Where there is no value yet, it is set before these files and left alone afterwards: a separator at the
 * end would mean the current folder, and a file that sets it for modules of its own must not lose them. NO_PROXY is replaced by the whole list: VS Code's own environment already has what start-up files export.
 */
export function terminalMutators(
  changes: readonly EnvironmentChange[],
  start: Environment,
): readonly TerminalMutator[] {
  return changes.map((change) => {
    const { name, value } = change;
    const afterStartUp = !isLeftToStartUpFiles(name);
    if (change.action === 'replace') return { type: 'replace', name, value, afterStartUp };
    const { separator } = change;
    if (separator === ',') {
      return { type: 'replace', name, value: placeFirst(start[name], value, separator), afterStartUp };
    }
    const others = removeElements(start[name] ?? '', value.split(separator), separator);
    return others === ''
      ? { type: 'replace', name, value, afterStartUp: false }
      : { type: 'prepend', name, value: value + separator, afterStartUp };
  });
}

/**
 * Username and password are enough for MLflow. A token that a start-up file exports is for another server, and the
 * interception package sends it there.
 */
export function isLeftToStartUpFiles(name: string): boolean {
  return name === 'MLFLOW_TRACKING_TOKEN';
}
