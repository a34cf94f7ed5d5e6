import { rm, stat } from 'node:fs/promises';
import { context, build } from 'esbuild';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** `vscode` is given by the host; everything else is bundled. */
const shared = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  external: ['vscode'],
  // SDKs publish ES modules beside CommonJS; those shake and load faster.
  mainFields: ['module', 'main'],
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

/**
 * Each secret source is a bundle of its own that `secrets/providers/load.ts` requires on first use, because
 * code splitting exists for ES modules only, and those load slower in the extension host.
 */
const entries = {
  extension: 'src/extension.ts',
  'proxy-worker': 'src/proxy/worker.ts',
  'provider-vault': 'src/secrets/providers/vault.ts',
};

const options = {
  ...shared,
  entryPoints: Object.entries(entries).map(([out, entry]) => ({ in: entry, out })),
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
};

await rm('dist', { recursive: true, force: true });
if (watch) {
  const running = await context(options);
  await running.watch();
} else {
  await build(options);
  for (const name of Object.keys(entries)) {
    const { size } = await stat(`dist/${name}.cjs`);
    console.log(`dist/${name}.cjs  ${(size / 1000).toFixed(0)} kB`);
  }
}
