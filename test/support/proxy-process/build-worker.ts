import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildOptions } from '../../../esbuild.config.mjs';

/** Bundles the proxy's worker as it is shipped, into `folder`, so that a build under way elsewhere is not disturbed. */
export async function buildWorker(folder: string): Promise<string> {
  const outfile = join(folder, 'proxy-worker.cjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../../../src/proxy/worker.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    logLevel: 'warning',
  });
  return outfile;
}

/** The same for its process, with the bundles that it loads by itself. */
export async function buildProcess(folder: string): Promise<string> {
  await build({ ...buildOptions({ production: true }), outdir: folder });
  return join(folder, 'proxy-process.cjs');
}
