import type { Environment } from '../environment.ts';

/** Of the editor, of MLflow and our own, and what changes Node.js in a program that is started. */
const left = /^(VSCODE|MLFLOW|ELECTRON|NODE)_/i;
/** Those that a connection adds to, and HTTP proxies, of which nobody there could ask whether they are approved. */
const changed = /^(PYTHONPATH|\w+_PROXY)$/i;

/**
 * What secret stores' SDKs, and the programs that they start, find: the extension host's environment without what is the
 * editor's or ours. `start`: as it was before a connection changed it.
 */
export function scrubbedEnvironment(environment: Environment, start: Environment): Environment {
  const names = Object.keys({ ...start, ...environment }).filter((name) => !left.test(name));
  return Object.fromEntries(
    names.map((name) => [name, changed.test(name) ? start[name] : environment[name]] as const),
  );
}
