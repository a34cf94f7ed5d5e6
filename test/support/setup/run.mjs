import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache.mjs';

const limitMs = 30 * 60_000;

/** Runs a command with its output in a log; rejects with the log's last lines and its name. */
export async function run(name, command, args, options = {}) {
  const logs = join(cacheFolder(), 'logs');
  await mkdir(logs, { recursive: true });
  const log = join(logs, `${name}.log`);
  const output = createWriteStream(log);
  // On Windows, npm is a batch file.
  const shell = command === 'npm' && process.platform === 'win32';
  const started = { timeout: limitMs, shell, ...options, stdio: ['ignore', 'pipe', 'pipe'] };
  let result;
  try {
    result = await new Promise((resolve, reject) => {
      const child = spawn(command, args, started);
      child.stdout.pipe(output, { end: false });
      child.stderr.pipe(output, { end: false });
      child.on('error', reject);
      child.on('close', (exit, signal) => resolve(exit ?? signal));
    });
  } catch (error) {
    throw new Error(`${command} could not be started: ${error.message}`, { cause: error });
  } finally {
    await new Promise((resolve) => output.end(resolve));
  }
  if (result === 0) return;
  const lines = (await readFile(log, 'utf8')).trim().split('\n').slice(-15).join('\n');
  throw new Error(
    `${command} ${args.join(' ')} ended with ${result}. Its last lines (all of them: ${log}):\n${lines}`,
  );
}
