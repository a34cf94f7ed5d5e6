import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { packExtension } from '../support/workbench/pack-extension.ts';

/**
 * Packs the suites as an extension that is installed beside the product; resolves to its VSIX. The editor's own
 * way for tests (`extensionTestsPath`) refuses modal dialogs and shows no notifications.
 */
export async function packSuites(folder: string): Promise<string> {
  const extension = join(folder, 'host-suite');
  await mkdir(extension);
  await copyFile(join(import.meta.dirname, 'extension', 'package.json'), join(extension, 'package.json'));
  await build({
    entryPoints: [join(import.meta.dirname, 'inside', 'extension.ts')],
    outfile: join(extension, 'index.cjs'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['vscode'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return packExtension(extension, join(folder, 'host-suite.vsix'));
}
