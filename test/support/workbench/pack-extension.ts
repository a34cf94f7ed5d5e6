import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { withLock } from '../setup/lock.mjs';
import { checkout, tools } from '../setup/parts.mjs';
import { run } from '../setup/run.mjs';

/** The stand-in for the Jupyter extension, which is in no registry. */
export const notebookKernel = join(import.meta.dirname, 'notebook-kernel');

/** The stand-in for the Python extension. */
export const pythonExtension = join(import.meta.dirname, 'python-extension');

/** Packs an extension of the tests, which has no packages; resolves to `vsix`. */
export async function packExtension(folder: string, vsix: string): Promise<string> {
  const vsce = join(checkout, 'node_modules', '@vscode', 'vsce', 'vsce');
  const options = ['--no-dependencies', '--allow-missing-repository', '--skip-license'];
  await run('package', tools.node(), [vsce, 'package', '--out', vsix, ...options], { cwd: folder });
  return vsix;
}

/** Bundles the `extension.ts` of a folder of the tests into `folder`, and packs it; resolves to its VSIX. */
export async function packBundled(source: string, folder: string): Promise<string> {
  const name = basename(source);
  const target = join(folder, name);
  await mkdir(target, { recursive: true });
  await copyFile(join(source, 'package.json'), join(target, 'package.json'));
  await build({
    entryPoints: [join(source, 'extension.ts')],
    outfile: join(target, 'extension.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    sourcemap: 'inline',
  });
  return packExtension(target, join(folder, `${name}.vsix`));
}

/** Packs the product as `npm run package` does, once for all suites of a run; resolves to its VSIX. */
export async function packProduct(): Promise<string> {
  const kept = process.env['RUN_PACKAGE'];
  if (kept === undefined) return pack();
  return withLock(`${kept}.lock`, async () => {
    if (!existsSync(kept)) await copyFile(await pack(), kept);
    return kept;
  });
}

async function pack(): Promise<string> {
  await run('package', tools.node(), [join(checkout, 'test/packaging/main.mjs')], { cwd: checkout });
  return join(checkout, 'mlflow-secrets-auth.vsix');
}
