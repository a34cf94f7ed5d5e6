import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Whether a kernel runs on this machine as this user: it reads what nobody else can. A Jupyter server may be anywhere, and
 * what follows has the session token in it, and the user's own values of its variables. `execute` resolves to what the code
 * has printed.
 */
export async function runsHere(
  execute: (code: string) => Promise<string>,
  hostName: string,
): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'mlflow-secrets-auth-kernel-'));
  try {
    const file = join(folder, 'here');
    const text = randomBytes(24).toString('base64url');
    await writeFile(file, text, { mode: 0o600 });
    return (await execute(whereaboutsCode(file, hostName))).trim() === text;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Prints the file, unless the machine has another name: machines may share their files. Leaves no name behind. */
function whereaboutsCode(file: string, hostName: string): string {
  // A JSON string is a Python string, too.
  // eslint-disable-next-line house/sentences -- Python, which has no language of its user.
  return `
def _mlflow_secrets_auth(path, name):
    import os, socket

    if socket.gethostname().casefold() == name.casefold() and os.access(path, os.R_OK):
        with open(path, encoding="ascii") as file:
            print(file.read())


_mlflow_secrets_auth(${JSON.stringify(file)}, ${JSON.stringify(hostName)})
del _mlflow_secrets_auth
`;
}
