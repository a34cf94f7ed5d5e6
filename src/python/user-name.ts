import { userInfo } from 'node:os';
import type { Environment } from '../environment.ts';

/** Where Python's `getpass.getuser()` looks, too. */
const variables = ['LOGNAME', 'USER', 'LNAME', 'USERNAME'];

/**
 * Who runs Python, for MLflow's `mlflow.user` tag. A user id without a passwd entry, as in LDAP, OpenShift and
 * `docker run --user`, has no name that Node finds.
 */
export function userName(
  environment: Environment,
  systemName: () => string = () => userInfo().username,
): string {
  try {
    return systemName();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const named = variables.map((name) => environment[name]).find((value) => value);
    return named ?? 'unknown';
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR';
}
