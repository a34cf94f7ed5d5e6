import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildOptions } from '../../../esbuild.config.mjs';
import { checkout } from '../../support/setup/parts.mjs';

export interface BuiltExtension {
  /** With `dist/` and `media/`, as it is installed. */
  readonly extensionPath: string;
  /** The program of a window. */
  readonly host: string;
}

/** Builds the extension as it is shipped, into this folder, so that a build under way elsewhere is not disturbed. */
export async function buildExtension(folder: string): Promise<BuiltExtension> {
  const extensionPath = join(folder, 'extension');
  await mkdir(extensionPath, { recursive: true });
  await build({
    ...buildOptions({ production: false }),
    absWorkingDir: checkout,
    outdir: join(extensionPath, 'dist'),
    sourcemap: false,
  });
  const host = join(folder, 'host.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'host.ts')],
    absWorkingDir: checkout,
    outfile: host,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    external: ['vscode', '@vscode/windows-ca-certs'],
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire as hostRequire } from 'node:module'; const require = hostRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  await cp(join(checkout, 'package.json'), join(extensionPath, 'package.json'));
  await symlink(join(checkout, 'media'), join(extensionPath, 'media'));
  return { extensionPath, host };
}
