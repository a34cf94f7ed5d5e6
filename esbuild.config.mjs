import { globSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { build, context } from 'esbuild';

/**
 * The extension; what its users' commands, a window that is not connected yet, one that was connected, and a connection need; the proxy as a process
 * and as a worker, and the worker that reads certificates; the texts in the user's language; and a bundle for each secret
 * source, and for what is known of Azure without its SDK. What VS Code runs when the extension is uninstalled is apart, too.
 */
const entries = {
  extension: 'src/extension.ts',
  'user-commands': 'src/vscode/user-commands.ts',
  'first-sight': 'src/vscode/first-sight.ts',
  'while-connected': 'src/vscode/while-connected.ts',
  views: 'src/vscode/views/views.ts',
  'on-connect': 'src/connection/on-connect.ts',
  attach: 'src/connection/attach.ts',
  'mlflow-mcp-server': 'src/vscode/agents/mlflow-mcp-server.ts',
  'kept-alone': 'src/vscode/kept-alone.ts',
  'known-sign-in': 'src/providers/azure/known-sign-in.ts',
  'proxy-worker': 'src/proxy/worker.ts',
  'proxy-process': 'src/process.ts',
  uninstall: 'src/uninstall.ts',
  alone: 'src/alone/alone.ts',
  'certificate-worker': 'src/network/certificate-worker.ts',
  l10n: '@vscode/l10n',
  ...Object.fromEntries(
    globSync('src/providers/*/source.ts').map((file) => [`provider-${basename(dirname(file))}`, file]),
  ),
};

/**
 * Leaves some imports to run time, as a bundle beside this one: what is imported dynamically, so that it is loaded on first
 * use (code splitting exists for ES modules only, and those load slower in the extension host), and @vscode/l10n, which
 * is told the user's language once for all bundles.
 */
const bundlesApart = {
  name: 'bundles-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/source\.ts$/ }, ({ kind, importer }) => {
      const [, provider] = /[\\/]providers[\\/](\w+)[\\/]provider\.ts$/.exec(importer) ?? [];
      if (kind !== 'dynamic-import' || provider === undefined) return undefined;
      return { path: `./provider-${provider}.cjs`, external: true };
    });
    onResolve(
      {
        filter:
          /\/(user-commands|first-sight|while-connected|views|on-connect|attach|mlflow-mcp-server|kept-alone|known-sign-in|alone)\.ts$/,
      },
      ({ kind, path }) =>
        kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.cjs`, external: true } : undefined,
    );
    onResolve({ filter: /^@vscode\/l10n$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './l10n.cjs', external: true },
    );
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
    plugins: [bundlesApart],
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
