import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { checkout } from '../support/setup/parts.mjs';
import { runFolder } from '../support/servers/run-folder.ts';
import { mocha } from '../support/suites/suites.ts';
import { findPythons, install, mlflows } from './cells.ts';
import type { Client } from './cells.ts';

/** Of mocha's JSON. */
interface Outcome {
  readonly passes: readonly { readonly fullTitle: string }[];
  readonly failures: readonly { readonly fullTitle: string; readonly err: { readonly message?: string } }[];
}

const page = join(checkout, 'docs', 'matrix.md');

const pythons = await findPythons();
const rows: { readonly mlflow: string; readonly cells: readonly (Client | undefined)[] }[] = [];
for (const mlflow of mlflows) {
  const cells: (Client | undefined)[] = [];
  for (const python of pythons) cells.push(await install(mlflow, python));
  rows.push({ mlflow: cells.find((cell) => cell !== undefined)?.version ?? mlflow, cells });
}
const clients = rows.flatMap(({ cells }) => cells.filter((cell) => cell !== undefined));
console.log(`${clients.length} clients: ${clients.map(({ title }) => title).join(', ')}`);
const outcome = await run(clients);
for (const { fullTitle, err } of outcome.failures) console.log(`${fullTitle}: ${err.message ?? ''}`);
await writeFile(page, await format(asPage(), { parser: 'markdown', printWidth: 110 }));
process.exitCode = outcome.failures.length === 0 ? 0 : 1;

async function run(clients: readonly Client[]): Promise<Outcome> {
  const folder = await runFolder('matrix');
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'outcome.json');
  const child = spawn(
    process.execPath,
    [
      mocha,
      '--exit',
      '--reporter',
      'json',
      '--reporter-option',
      `output=${file}`,
      'test/contract/python/clients.test.ts',
    ],
    {
      cwd: checkout,
      env: { ...process.env, RUN_FOLDER: folder, CLIENTS: JSON.stringify(clients) },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  await once(child, 'exit');
  return JSON.parse(await readFile(file, 'utf8')) as Outcome;
}

function asPage(): string {
  const lines = [
    '# Versions of MLflow and Python',
    '',
    '`npm run matrix` runs the tests of `test/contract/python/clients.test.ts` with each of these clients, and writes this page: runs, metrics, artifacts, models and traces, through the local proxy, at an MLflow server of the current version behind TLS.',
    '',
    `| MLflow | ${[...pythons.keys()].map((version) => `Python ${version}`).join(' | ')} |`,
    `| --- | ${[...pythons.keys()].map(() => '---').join(' | ')} |`,
    ...rows.map(({ mlflow, cells }) => `| ${mlflow} | ${cells.map(asCell).join(' | ')} |`),
    '',
    'A number is of tests that pass, or of those that fail. –: MLflow has no such version for that Python. MLflow 3.0.1 does not work with the OpenTelemetry 1.45 that is installed with it for Python 3.10 and later: there, a logged trace is not found again without the extension either.',
    '',
  ];
  return lines.join('\n');
}

function asCell(client: Client | undefined): string {
  if (client === undefined) return '–';
  const isOf = ({ fullTitle }: { readonly fullTitle: string }): boolean =>
    fullTitle.includes(`of version ${client.title} `);
  const [passed, failed] = [outcome.passes.filter(isOf).length, outcome.failures.filter(isOf).length];
  if (passed + failed === 0) return 'not tried';
  return failed === 0 ? `✓ ${passed}` : `${failed} of ${passed + failed} fail`;
}
