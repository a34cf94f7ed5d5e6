import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { withLock } from './cache.mjs';
import { checkout, tools } from './parts.mjs';
import { step } from './progress.mjs';
import { run } from './run.mjs';

/** Installs the project's own packages when they are missing or of another lock file. */
export async function installPackages() {
  const stamp = join(checkout, 'node_modules', '.lock-file-hash');
  const hash = createHash('sha256')
    .update(await readFile(join(checkout, 'package-lock.json')))
    .digest('hex');
  const current = () => readFile(stamp, 'utf8').catch(() => undefined);
  if ((await current()) === hash) return;
  await withLock(join(checkout, '.npm-ci.lock'), async () => {
    if ((await current()) === hash) return;
    await step('Install npm packages', 40, () =>
      run('npm-ci', 'npm', ['ci', '--no-audit', '--no-fund'], { cwd: checkout }),
    );
    await writeFile(stamp, hash);
  });
}

/**
 * For entry points that run before `npm ci`: installs the packages, then runs a TypeScript file on the pinned Node
 * with the same arguments, and ends as it ends. Signals reach it.
 */
export async function runPinned(file, args = process.argv.slice(2)) {
  await installPackages();
  const node = tools.node();
  const env = {
    ...process.env,
    PATH: join(checkout, 'node_modules', 'node', 'bin') + delimiter + process.env.PATH,
  };
  const child = spawn(node, [join(checkout, file), ...args], { cwd: checkout, env, stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the child decides when it is over.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const [code, signal] = await new Promise((resolve) => child.on('close', (...ended) => resolve(ended)));
  process.exitCode = code ?? 128 + constants.signals[signal];
}
