import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { locked } from './cache.mjs';
import { checkout, tools } from './parts.mjs';
import { runSteps } from './progress.mjs';
import { run } from './run.mjs';

const hashOf = (text) => createHash('sha256').update(text).digest('hex');

/** Installs the project's own packages when they are missing or of another lock file. */
export async function installPackages() {
  const stamp = join(checkout, 'node_modules', '.lock-file-hash');
  const hash = hashOf(await readFile(join(checkout, 'package-lock.json')));
  const isCurrent = async () => (await readFile(stamp, 'utf8').catch(() => '')) === hash;
  if (await isCurrent()) return;
  const work = () =>
    locked(`npm-ci-${hashOf(checkout).slice(0, 8)}`, async () => {
      if (await isCurrent()) return;
      await run('npm-ci', 'npm', ['ci', '--no-audit', '--no-fund'], { cwd: checkout });
      await writeFile(stamp, hash);
    });
  await runSteps([[{ title: 'npm packages', usualSeconds: 40, work }]]);
}

/**
 * For entry points that run before `npm ci`: installs the packages, then runs a TypeScript file on the pinned Node
 * with the same arguments, and ends as it ends. Signals reach it.
 */
export async function runPinned(file, args = process.argv.slice(2)) {
  await installPackages();
  const env = {
    ...process.env,
    PATH: dirname(tools.node()) + delimiter + process.env.PATH,
    // MLflow's usage reports go out to the network; where they cannot, MLflow takes a variable out of the environment in a
    // thread while Python looks there for HTTP proxies, and a run may end in a KeyError (CPython 3.11).
    DO_NOT_TRACK: 'true',
  };
  const child = spawn(tools.node(), [join(checkout, file), ...args], {
    cwd: checkout,
    env,
    stdio: 'inherit',
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  // A terminal sends Ctrl-C to both, and the child decides when it is over; a second one would cut it short.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (...ended) => resolve(ended));
  });
  process.exitCode = code ?? 128 + constants.signals[signal];
}
