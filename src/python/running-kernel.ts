import type { Environment } from '../environment.ts';
import type { EnvironmentChange } from './environment.ts';

/** What a kernel that already runs is to have. */
export interface KernelVariables {
  readonly changes: readonly EnvironmentChange[];
  /** Of the extension host, without the changes. */
  readonly before: Environment;
  readonly packageFolder: string;
  /** Of this machine. Kernels of a Jupyter server may run on another one, where they get nothing. */
  readonly hostName: string;
}

/**
 * Python code that makes the changes in a process that already runs, or puts back what was there, for the Jupyter API's
 * `executeCode`. It can be run again, leaves no name behind and prints nothing. The session token is in it, and the user's
 * own values: never log it, and give it only to a kernel that `runsHere`.
 *
 * The folder goes to the end of `sys.path`, where it can hide nothing.
 */
export function runningKernelCode(
  what: 'connect' | 'disconnect',
  { changes, before, packageFolder }: Omit<KernelVariables, 'hostName'>,
): string {
  const names = changes.map(({ name }) => name);
  const host = Object.fromEntries(names.flatMap((name) => (name in before ? [[name, before[name]]] : [])));
  // A JSON string is a Python string, too.
  const literal = (text: string): string => JSON.stringify(text);
  // eslint-disable-next-line house/sentences -- Python, which has no language of its user.
  return `
def _mlflow_secrets_auth(folder):
    import json, sys

    if folder not in sys.path:
        sys.path.append(folder)
    from mlflow_secrets_auth_vscode import kernel

    kernel.${what}(json.loads(${literal(JSON.stringify(changes))}), json.loads(${literal(JSON.stringify(host))}))


_mlflow_secrets_auth(${literal(packageFolder)})
del _mlflow_secrets_auth
`;
}
