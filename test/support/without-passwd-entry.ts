import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { checkout, tools } from './setup/parts.mjs';

/** In no passwd file that we know of. */
const unknownId = 54_321;

/** Why a process of an unknown user cannot be started here; undefined where it can. */
export function whyNotWithoutPasswdEntry(): string | undefined {
  if (process.platform === 'win32') return 'Windows has no passwd file';
  if (process.getuid?.() !== 0) return 'only root may start a process of another user';
  if (!mayBeRunByOthers(realpathSync(tools.node())))
    return 'another user may not run the Node of this checkout';
  return undefined;
}

/** Whether the file and every folder on its path have the permission. */
function mayBeRunByOthers(path: string): boolean {
  if ((statSync(path).mode & 0o001) === 0) return false;
  return dirname(path) === path || mayBeRunByOthers(dirname(path));
}

/**
 * Runs TypeScript in a process whose user id has no passwd entry, as in OpenShift or with `docker run --user`; resolves to
 * what it printed. Imports are resolved from the checkout, and bundled: that user may be unable to read the files.
 */
export async function runWithoutPasswdEntry(
  code: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, loader: 'ts', resolveDir: checkout },
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  const child = spawn(tools.node(), ['--input-type=module', '-'], {
    uid: unknownId,
    gid: unknownId,
    cwd: '/',
    env: { ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(outputFiles[0]?.contents);
  const [output, complaints, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  if (status !== 0) throw new Error(`The process ended with ${status ?? 'a signal'}:\n${complaints}`);
  return output;
}
