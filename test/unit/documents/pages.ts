import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The repository's pages for people, as paths below its root. */
export const pages: readonly string[] = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...globSync('docs/*.md', { cwd: rootFolder() }).map((page) => page.replaceAll('\\', '/')),
];

function rootFolder(): string {
  return join(import.meta.dirname, '..', '..', '..');
}

export function readPage(page: string): string {
  return readFileSync(join(rootFolder(), page), 'utf8');
}

/** Targets of links and images, in the order in which they stand. */
export function targetsIn(markdown: string): readonly string[] {
  const text = markdown.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '');
  const inline = [...text.matchAll(/\]\(([^()\s]+)\)/g)];
  const byReference = [...text.matchAll(/^\[[^\]]+\]: (\S+)$/gm)];
  const tags = [...text.matchAll(/<(?:a|img)\b[^>]*\b(?:href|src)="([^"]+)"/g)];
  return [...inline, ...byReference, ...tags].map(([, target = '']) => target);
}

/** Whether a target of a page is an address of the web, or a file (and a heading in it) of the repository. */
export function leadsSomewhere(page: string, target: string): boolean {
  if (/^(https:|mailto:)/.test(target)) return true;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path).replaceAll('\\', '/');
  if (!existsSync(join(rootFolder(), file))) return false;
  return anchor === undefined || anchorsOf(readPage(file)).includes(anchor);
}

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

/** What stands in back quotes and has the form of a file or a folder of the repository. */
export function filesNamedIn(markdown: string): readonly string[] {
  const quoted = [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  return quoted.filter((text) => /^[\w.*-]+(\/[\w.*-]+)*(\/|\.(ts|mts|mjs|json|md|py|yml))$/.test(text));
}

/** A room is named by its path below `src/`; a file of one that the same paragraph is about, by its name alone. */
export function isFile(name: string): boolean {
  const folders = ['', 'src', 'src/proxy', 'src/providers'].map((folder) => join(rootFolder(), folder));
  if (folders.some((folder) => globSync(name, { cwd: folder }).length > 0)) return true;
  return !name.includes('/') && globSync(`src/**/${name}`, { cwd: rootFolder() }).length > 0;
}

/** The rows of all tables, each as its cells; without heads. */
export function tableRows(markdown: string): readonly (readonly string[])[] {
  return markdown
    .split('\n')
    .filter((line, index, lines) => line.startsWith('|') && !isHead(line, lines[index + 1]))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

const rule = /^\|[\s|:-]+$/;

function isHead(line: string, next: string | undefined): boolean {
  return rule.test(line) || rule.test(next ?? '');
}
