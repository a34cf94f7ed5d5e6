import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { problemCatalogue } from '../../src/problem-catalogue.ts';
import { isFoundByAsking } from '../../src/mending.ts';

const marks = ['<!-- problems -->', '<!-- end of problems -->'];

/** By the first part of a code: the heading, and where its table is. */
const groups = {
  upstream: ['The tracking server', 'src/connection/upstream-problem-codes.ts'],
  secret: ['The secret', 'src/secrets/problem-codes.ts'],
  vault: ['Vault', 'src/providers/vault/problem-codes.ts'],
  aws: ['AWS', 'src/providers/aws/problem-codes.ts'],
  azure: ['Azure', 'src/providers/azure/problem-codes.ts'],
  stored: ["VS Code's secret storage", 'src/providers/stored/problem-codes.ts'],
  settings: ['Settings', 'src/configuration/problem-codes.ts'],
  proxy: ['The local proxy', 'src/connection/proxy-problem-codes.ts'],
};

const networkTable = 'src/providers/transport/network-codes.ts';

const remedies = {
  waiting: 'Wait.',
  network: 'Check the network, the VPN, the firewall and the HTTP proxy.',
  server: 'Ask the administrator of the tracking server.',
  store: 'Have it changed in the secret store.',
  credentialElsewhere: 'Sign in again in a terminal, or correct the files that the sign-in reads.',
  machine: 'Correct it on this machine.',
  settings: 'Correct the setting.',
  signIn: 'Sign in again from the status bar.',
  enterCredential: 'Run **MLflow: Sign In Again**.',
  client: 'Restart the kernel or open a new terminal in the window that is connected.',
  restart: 'Correct the environment variable, then restart VS Code.',
  window: 'Open the folder in VS Code again.',
};

/** The page with its tables made from the catalogue of problems and the comments in it. */
export async function withProblemTables(page, meanings) {
  const [before, rest = ''] = page.split(marks[0]);
  const after = rest.includes(marks[1]) ? rest.slice(rest.indexOf(marks[1]) + marks[1].length) : rest;
  const tables = Object.entries(groups).map(([prefix, [title]]) => {
    const codes = Object.keys(problemCatalogue).filter((code) => code.startsWith(`${prefix}.`));
    const rows = codes.sort().map((code) => row(code, meanings[code]));
    const head = ['| Code | What it means | What to do | Mends itself |', '| --- | --- | --- | --- |'];
    return [`## ${title}`, '', ...head, ...rows].join('\n');
  });
  const text = [before, marks[0], ...tables, marks[1], after].join('\n\n');
  return format(text, { parser: 'markdown', printWidth: 110, singleQuote: true });
}

function row(code, meaning) {
  const mends = problemCatalogue[code];
  return `| \`${code}\` | ${meaning} | ${mends.map((one) => remedies[one]).join(' Or: ')} | ${itself(mends)} |`;
}

function itself(mends) {
  if (isFoundByAsking(mends)) return 'yes';
  return mends.includes('settings') ? 'when the setting changes' : 'no';
}

/** The comments of the tables below a folder, by full code. */
export async function readMeanings(root) {
  const network = await commentsIn(new URL(networkTable, root));
  const meanings = {};
  for (const [prefix, [, file]] of Object.entries(groups)) {
    const own = await commentsIn(new URL(file, root));
    const all = (await usesNetwork(new URL(file, root))) ? { ...network, ...own } : own;
    for (const [name, meaning] of Object.entries(all)) meanings[`${prefix}.${name}`] = meaning;
  }
  return meanings;
}

async function usesNetwork(file) {
  return (await readFile(file, 'utf8')).includes('...networkProblems');
}

async function commentsIn(file) {
  const found = (await readFile(file, 'utf8')).matchAll(
    /^ {2}\/\*\*(?<comment>(?:(?!\*\/)[^])*)\*\/\n {2}(?<name>\w+): \[/gm,
  );
  return Object.fromEntries(
    [...found].map(({ groups: { comment, name } }) => [
      name,
      comment.replaceAll(/\s*\n\s*\*\s*/g, ' ').trim(),
    ]),
  );
}

if (import.meta.main) {
  const root = new URL('../../', import.meta.url);
  const file = new URL('docs/troubleshooting.md', root);
  await writeFile(file, await withProblemTables(await readFile(file, 'utf8'), await readMeanings(root)));
}
