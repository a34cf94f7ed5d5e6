import { createVSIX } from '@vscode/vsce';
import { join } from 'node:path';

/** Packs the stand-in for the Jupyter extension; resolves to its VSIX. */
export async function packNotebookKernel(folder: string): Promise<string> {
  const packagePath = join(folder, 'notebook-kernel-stand-in.vsix');
  await createVSIX({
    cwd: join(import.meta.dirname, 'notebook-kernel'),
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    skipLicense: true,
  });
  return packagePath;
}
