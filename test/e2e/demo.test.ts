import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoReport } from '../../demo/report.ts';
import { checkout, tools } from '../support/setup/parts.mjs';
import { runFolder } from '../support/servers/run-folder.ts';

describe('a first-time user', () => {
  for (const [provider, rotates] of [
    ['vault', true],
    ['stored', false],
  ] as const) {
    describe(`with the password kept in ${provider}`, () => {
      let report: DemoReport;

      before(async () => {
        report = await runDemo(provider);
      });

      it('logs every metric, parameter and file from a terminal and a notebook', () => {
        assert.deepEqual(
          report.runs.map(({ source, metricsLogged, metricsExpected }) => [
            source,
            metricsLogged,
            metricsExpected,
          ]),
          [
            ['terminal', 200, 200],
            ['notebook', 200, 200],
          ],
        );
        assert.deepEqual(report.problems, []);
        assert.ok(report.ok);
      });

      it(rotates ? 'notices no change of the password' : 'types the password once', () => {
        assert.equal(report.rotated, rotates);
        // Each change is found out by one refused request; none is seen without a change.
        if (rotates) assert.ok(report.unauthorized >= 2);
        else assert.equal(report.unauthorized, 0);
      });

      it('leaves the password nowhere', () => {
        assert.deepEqual(report.secretFoundIn, []);
      });

      it('sees the approval, the status bar, the terminal and the notebook', async () => {
        for (const name of ['1-approval', '2-connected', '3-terminal', '4-notebook']) {
          const { size } = await stat(join(report.screenshots, `${name}.png`));
          assert.ok(size > 10_000, `${name}.png is blank`);
        }
      });
    });
  }
});

async function runDemo(provider: string): Promise<DemoReport> {
  const json = join(await runFolder('e2e'), 'demo.json');
  const args = ['demo/demo.ts', '--once', '--provider', provider, '--json', json];
  const child = spawn(tools.node(), args, { cwd: checkout, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  const text = await readFile(json, 'utf8').catch(() => undefined);
  if (text === undefined) throw new Error(`The demo ended with ${code} and left no report.`);
  return JSON.parse(text) as DemoReport;
}
