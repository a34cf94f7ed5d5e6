import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from '../setup/parts.mjs';
import { mochaCommand } from './choose-tests.ts';
import type { Choice } from './choose-tests.ts';
import { readResult } from './result.ts';
import type { FileSuite } from './suites.ts';

/**
 * How many titles fit. Mocha reads the files for that and runs none, so nothing has to be installed first. Undefined when it
 * cannot read them, which the real run then shows.
 */
export async function countTitles(
  choice: Choice<FileSuite>,
  grep: string,
  runFolder: string,
): Promise<number | undefined> {
  const resultFile = join(runFolder, `${choice.suite.name}-titles.json`);
  const [program = '', ...args] = mochaCommand(choice, grep);
  const child = spawn(program, [...args, '--dry-run'], {
    cwd: checkout,
    stdio: 'ignore',
    env: { ...process.env, SUITE_RESULT: resultFile },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) return undefined;
  return readResult(await readFile(resultFile, 'utf8'), 0).passed;
}
