import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { createVSIX } from '@vscode/vsce';
import { buildAll } from '../../esbuild.config.mjs';
import { checkout } from '../support/setup/parts.mjs';

/** The product as it is shipped, and the driver; resolves to their VSIX files. */
export async function packExtensions(folder: string): Promise<readonly string[]> {
  await buildAll({ production: true });
  const product = join(folder, 'product.vsix');
  await createVSIX({ cwd: checkout, packagePath: product, dependencies: false });
  const cwd = join(folder, 'driver');
  await mkdir(cwd, { recursive: true });
  const source = join(import.meta.dirname, 'driver');
  await copyFile(join(source, 'package.json'), join(cwd, 'package.json'));
  await build({
    entryPoints: [join(source, 'extension.ts')],
    outfile: join(cwd, 'extension.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
  });
  const driver = join(folder, 'driver.vsix');
  await createVSIX({
    cwd,
    packagePath: driver,
    dependencies: false,
    allowMissingRepository: true,
    skipLicense: true,
  });
  return [product, driver];
}
