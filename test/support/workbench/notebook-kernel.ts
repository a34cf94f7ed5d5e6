import { join } from 'node:path';
import { checkout, tools } from '../setup/parts.mjs';
import { run } from '../setup/run.mjs';

/** Packs the stand-in for the Jupyter extension; resolves to its VSIX. */
export async function packNotebookKernel(folder: string): Promise<string> {
  const packagePath = join(folder, 'notebook-kernel-stand-in.vsix');
  const vsce = join(checkout, 'node_modules', '@vscode', 'vsce', 'vsce');
  const args = [
    'package',
    '--out',
    packagePath,
    '--no-dependencies',
    '--allow-missing-repository',
    '--skip-license',
  ];
  await run('notebook-kernel', tools.node(), [vsce, ...args], {
    cwd: join(import.meta.dirname, 'notebook-kernel'),
  });
  return packagePath;
}
