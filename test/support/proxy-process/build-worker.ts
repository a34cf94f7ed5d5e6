import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles the proxy's worker as it is shipped, into `folder`, so that a build under way elsewhere is not disturbed. */
export async function buildWorker(folder: string): Promise<string> {
  return bundled('proxy/worker.ts', join(folder, 'proxy-worker.cjs'));
}

/** The same for its process. */
export async function buildProcess(folder: string): Promise<string> {
  return bundled('process.ts', join(folder, 'proxy-process.cjs'));
}

async function bundled(entry: string, outfile: string): Promise<string> {
  await build({
    entryPoints: [fileURLToPath(new URL(`../../../src/${entry}`, import.meta.url))],
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
