import type { Environment } from '../environment.ts';
import { sendThroughHttpProxy } from './through-http-proxy.ts';
import type { Way } from './through-http-proxy.ts';

export interface Surroundings extends Way {
  readonly environment: Environment;
}

let undoLast: (() => void) | undefined;

/**
 * Gives this process the environment and the network of the extension host: the SDKs of secret stores, and the programs
 * that they start, take both from the process that they run in. What was there before is there again after a call of
 * the result, unless others were entered meanwhile.
 */
export function enterSurroundings({ environment, ...way }: Surroundings): () => void {
  undoLast?.();
  const before = { ...process.env };
  replaceEnvironment(environment);
  const restoreNetwork = sendThroughHttpProxy(way);
  const undo = (): void => {
    restoreNetwork();
    replaceEnvironment(before);
  };
  undoLast = undo;
  return () => {
    if (undoLast !== undo) return;
    undoLast = undefined;
    undo();
  };
}

function replaceEnvironment(environment: Environment): void {
  for (const name of Object.keys(process.env)) {
    if (environment[name] === undefined) Reflect.deleteProperty(process.env, name);
  }
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && process.env[name] !== value) process.env[name] = value;
  }
}
