import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';

const marks = ['<!-- settings -->', '<!-- end of settings -->'];

/** The page with its tables made from package.json and package.nls.json: one for each group of settings. */
export async function withSettingsTables(page, manifest, words) {
  const [before, rest = ''] = page.split(marks[0]);
  const after = rest.includes(marks[1]) ? rest.slice(rest.indexOf(marks[1]) + marks[1].length) : rest;
  const word = (placeholder) => words[placeholder.replaceAll('%', '')];
  const tables = manifest.contributes.configuration.map(({ title, properties }) => {
    const rows = Object.entries(properties).map(([key, property]) => row(key, property, word));
    return [`## ${word(title)}`, '', '| Setting | Default | What it is |', '| --- | --- | --- |', ...rows];
  });
  const text = [before, marks[0], ...tables.map((lines) => lines.join('\n')), marks[1], after];
  return format(text.join('\n\n'), { parser: 'markdown', printWidth: 110, singleQuote: true });
}

function row(key, property, word) {
  const fallback = JSON.stringify(property.default);
  const cells = [
    `\`${key}\`${property.scope === 'application' ? ' _user_' : ''}`,
    fallback === '""' ? '' : `\`${fallback}\``,
    [word(property.markdownDescription), ...choices(property, word)].map(outsideTheEditor).join('<br>'),
  ];
  return `| ${cells.join(' | ')} |`;
}

function choices({ enum: values = [], markdownEnumDescriptions = [] }, word) {
  return values.map((value, index) => `\`${value}\`: ${word(markdownEnumDescriptions[index])}`);
}

/** The editor links settings and commands in its own way. */
function outsideTheEditor(markdown) {
  return markdown
    .replaceAll(/`#([\w.]+)#`/g, '`$1`')
    .replaceAll(/\[([^\]]+)\]\(command:[^)]+\)/g, '**$1**')
    .replaceAll('|', '\\|');
}

/** Reads the page and its sources below a folder. */
export async function readSources(root) {
  const read = (name) => readFile(new URL(name, root), 'utf8');
  const [page, manifest, words] = await Promise.all(
    ['docs/settings.md', 'package.json', 'package.nls.json'].map(read),
  );
  return { page, manifest: JSON.parse(manifest), words: JSON.parse(words) };
}

if (import.meta.main) {
  const root = new URL('../../', import.meta.url);
  const { page, manifest, words } = await readSources(root);
  await writeFile(new URL('docs/settings.md', root), await withSettingsTables(page, manifest, words));
}
