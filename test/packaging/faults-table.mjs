import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';

const marks = ['<!-- faults -->', '<!-- end of faults -->'];
/** Of a row that says something. */
const enoughRuns = 3;
const head = [
  '| What happens | Runs | Lost | Doubled | Given up | Tried again | Longest pause | Well again after | Left behind | What the status bar says | What Python raises |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
];

/** The page with its table made from what `npm run chaos -- --json FILE` wrote; a later file has the last word. */
export async function withFaultsTable(page, reports) {
  const [before, rest = ''] = page.split(marks[0]);
  const after = rest.includes(marks[1]) ? rest.slice(rest.indexOf(marks[1]) + marks[1].length) : rest;
  const faults = new Map(reports.flatMap((report) => report.faults).map((fault) => [fault.name, fault]));
  const rows = [...faults.values()].map(row);
  const text = [before, marks[0], [...head, ...rows].join('\n'), marks[1], after].join('\n\n');
  return format(text, { parser: 'markdown', printWidth: 110, singleQuote: true });
}

function row(fault) {
  if (fault.hindrance !== undefined)
    return `| ${fault.name} | not made: ${fault.hindrance} |  |  |  |  |  |  |  |  |  |`;
  const {
    name,
    runs,
    lost,
    doubled,
    differing,
    failed,
    retried = 'not counted',
    longestPauseMs,
    healthySeconds,
    left,
    seen,
    raised,
  } = fault;
  const sent = fault.uploads > 0 ? ` (sent ${fault.uploads === 1 ? 'once' : `${fault.uploads} times`})` : '';
  const cells = [
    name + sent,
    runs < enoughRuns ? `${runs} of ${enoughRuns}` : runs,
    lost + differing,
    doubled,
    failed,
    retried,
    `${(longestPauseMs / 1000).toFixed(1)} s`,
    healthySeconds === null ? 'not by itself' : `${healthySeconds} s`,
    left,
    seen,
    raised === undefined ? 'nothing' : raisedWords(raised),
  ];
  return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
}

/** What the extension says; where and by which port differs from run to run. */
function raisedWords(raised) {
  return raised.replace(/^.*MLflow Secrets Auth: /, '').replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1');
}

if (import.meta.main) {
  const files = process.argv.slice(2);
  const file = new URL('../../docs/faults.md', import.meta.url);
  const reports = await Promise.all(files.map(async (name) => JSON.parse(await readFile(name, 'utf8'))));
  await writeFile(file, await withFaultsTable(await readFile(file, 'utf8'), reports));
}
