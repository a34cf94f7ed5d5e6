import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createVSIX, listFiles } from '@vscode/vsce';
import { buildAll } from '../../esbuild.config.mjs';
import { writeNotices } from './notices.mjs';

/** What the product promises of its size; more is a failure. Bytes. */
const limits = { vsix: 3_000_000, entry: 150_000 };

const metafile = await buildAll({ production: true });
const packages = await writeNotices(metafile, 'NOTICES.txt');
console.log(`NOTICES.txt: ${packages} packages`);

/** What the tool for the marketplaces warns of is a fault of the package. */
const warnings = [];
const { warn } = console;
console.warn = (...words) => {
  warnings.push(words.join(' '));
  warn(...words);
};
const packagePath = 'mlflow-secrets-auth.vsix';
await createVSIX({ cwd: process.cwd(), packagePath, dependencies: false });
console.warn = warn;
if (warnings.length > 0) throw new Error('The package was made with warnings.');
const shipped = await listFiles({ cwd: process.cwd(), dependencies: false });
const missing = [
  ...Object.keys(metafile.outputs),
  ...globSync(['package.nls*.json', 'media/l10n/*.json']),
  ...globSync(['media/python/pyvenv.cfg', 'media/python/site-packages/*/*']),
  ...globSync('media/walkthrough/*'),
]
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !shipped.includes(file));
if (missing.length > 0) throw new Error(`.vscodeignore leaves out ${missing.join(', ')}`);
const vsix = (await stat(packagePath)).size;
const entry = (await stat('dist/extension.cjs')).size;

const runs = Array.from({ length: 7 }, () => {
  const text = execFileSync(process.execPath, ['test/packaging/activation.mjs'], { encoding: 'utf8' });
  return JSON.parse(text);
});
const median = (key) => {
  const sorted = runs.map((run) => run[key]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)].toFixed(1);
};

console.log(`${packagePath}: ${(vsix / 1e6).toFixed(2)} MB (limit ${limits.vsix / 1e6} MB)`);
console.log(`entry bundle: ${(entry / 1000).toFixed(0)} kB (limit ${limits.entry / 1000} kB)`);
console.log(
  `load ${median('load')} ms, activate with nothing configured ${median('activate')} ms (goal 20 ms; medians of 7)`,
);
if (vsix > limits.vsix || entry > limits.entry) {
  console.error('The package is larger than promised.');
  process.exitCode = 1;
}
