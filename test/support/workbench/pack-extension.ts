import { join } from 'node:path';
import { checkout, tools } from '../setup/parts.mjs';
import { run } from '../setup/run.mjs';

/** The stand-in for the Jupyter extension, which is in no registry. */
export const notebookKernel = join(import.meta.dirname, 'notebook-kernel');

/** Packs an extension of the tests, which has no packages; resolves to `vsix`. */
export async function packExtension(folder: string, vsix: string): Promise<string> {
  const vsce = join(checkout, 'node_modules', '@vscode', 'vsce', 'vsce');
  const options = ['--no-dependencies', '--allow-missing-repository', '--skip-license'];
  await run('package', tools.node(), [vsce, 'package', '--out', vsix, ...options], { cwd: folder });
  return vsix;
}

/** Packs the product as `npm run package` does; resolves to its VSIX. */
export async function packProduct(): Promise<string> {
  await run('package', tools.node(), [join(checkout, 'test/packaging/main.mjs')], { cwd: checkout });
  return join(checkout, 'mlflow-secrets-auth.vsix');
}
