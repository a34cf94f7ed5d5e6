import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';

const marks = ['<!-- settings -->', '<!-- end of settings -->'];

/** The README with its settings table made anew from package.json and package.nls.json. */
export async function withSettingsTable(readme, manifest, words) {
  const [before, rest = ''] = readme.split(marks[0]);
  const after = rest.includes(marks[1]) ? rest.slice(rest.indexOf(marks[1]) + marks[1].length) : rest;
  const rows = Object.entries(manifest.contributes.configuration.properties).map(([key, property]) => {
    const name = key.replace('mlflowSecretsAuth.', '');
    const description = words[property.description.replaceAll('%', '')];
    const values = property.enum ? ` One of ${property.enum.map((value) => `\`${value}\``).join(', ')}.` : '';
    const scope = property.scope === 'machine' ? ' _user_' : '';
    const fallback = JSON.stringify(property.default);
    return `| \`${name}\`${scope} | ${fallback === '""' ? '' : `\`${fallback}\``} | ${description}${values} |`;
  });
  const table = ['| Setting | Default | What it is |', '| --- | --- | --- |', ...rows].join('\n');
  const text = [before, marks[0], '\n\n', table, '\n\n', marks[1], after].join('');
  return format(text, { parser: 'markdown', printWidth: 110, singleQuote: true });
}

/** Reads the three files below a folder. */
export async function readSources(root) {
  const read = (name) => readFile(new URL(name, root), 'utf8');
  const [readme, manifest, words] = await Promise.all(
    ['README.md', 'package.json', 'package.nls.json'].map(read),
  );
  return { readme, manifest: JSON.parse(manifest), words: JSON.parse(words) };
}

if (import.meta.main) {
  const root = new URL('../../', import.meta.url);
  const { readme, manifest, words } = await readSources(root);
  await writeFile(new URL('README.md', root), await withSettingsTable(readme, manifest, words));
}
