import { rm, stat } from 'node:fs/promises';
import { build, context } from 'esbuild';

/** The extension, the proxy's worker, and a bundle for each secret source with an SDK, loaded on first use. */
const entries = {
  extension: 'src/extension.ts',
  'proxy-worker': 'src/proxy/worker.ts',
  'provider-vault': 'src/secrets/providers/vault.ts',
  'provider-aws': 'src/secrets/providers/aws.ts',
  'provider-azure': 'src/secrets/providers/azure.ts',
};

/**
 * Leaves `import('./vault.ts')` and its like to run time, as a bundle beside this one: code splitting exists
 * for ES modules only, and those load slower in the extension host.
 */
const providersApart = {
  name: 'providers-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/(vault|aws|azure)\.ts$/ }, ({ kind, path }) => {
      if (kind !== 'dynamic-import') return undefined;
      const [, provider] = /\/(\w+)\.ts$/.exec(path);
      return { path: `./provider-${provider}.cjs`, external: true };
    });
  },
};

export function buildOptions({ production }) {
  return {
    entryPoints: Object.entries(entries).map(([out, entry]) => ({ in: entry, out })),
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    bundle: true,
    platform: 'node',
    target: 'node22',
    external: ['vscode'],
    // SDKs publish ES modules beside CommonJS; those shake and load faster.
    mainFields: ['module', 'main'],
    plugins: [providersApart],
    minify: production,
    sourcemap: production ? false : 'linked',
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  };
}

/** Builds everything into dist/; resolves to esbuild's metafile. */
export async function buildAll(options) {
  await rm('dist', { recursive: true, force: true });
  const { metafile } = await build(buildOptions(options));
  for (const name of Object.keys(entries)) {
    const { size } = await stat(`dist/${name}.cjs`);
    console.log(`dist/${name}.cjs`.padEnd(28), `${(size / 1000).toFixed(0)} kB`.padStart(8));
  }
  return metafile;
}

if (import.meta.main) {
  const production = process.argv.includes('--production');
  if (process.argv.includes('--watch')) {
    const running = await context(buildOptions({ production }));
    await running.watch();
  } else {
    await buildAll({ production });
  }
}
