import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place, Provider } from '../../demo/options.ts';
import type { DemoReport } from '../../demo/report.ts';
import { checkout, tools } from '../support/setup/parts.mjs';
import { runFolder } from '../support/servers/run-folder.ts';

interface Case {
  readonly provider: Provider;
  /** Both take about two minutes, and what differs between the stores is over before Python starts. */
  readonly places: readonly Place[];
  readonly rotates: boolean;
}

const cases: readonly Case[] = [
  { provider: 'vault', places: ['terminal', 'notebook'], rotates: true },
  { provider: 'aws', places: ['terminal'], rotates: true },
  { provider: 'azure', places: ['terminal'], rotates: true },
  { provider: 'stored', places: ['terminal'], rotates: false },
];

describe('a first-time user', () => {
  for (const { provider, places, rotates } of cases) {
    describe(`with the password in ${provider}`, () => {
      let report: DemoReport;

      before(async () => {
        report = await runDemo(provider, places);
      });

      it(`logs every metric, parameter and file from a ${places.join(' and a ')}`, () => {
        assert.deepEqual(
          report.runs.map(({ source, metricsLogged, metricsExpected }) => [
            source,
            metricsLogged,
            metricsExpected,
          ]),
          places.map((place) => [place, 200, 200]),
        );
        assert.deepEqual(report.problems, []);
        assert.ok(report.ok);
      });

      it(rotates ? 'goes on while the password is rotated' : 'types the password once', () => {
        assert.equal(report.rotated, rotates);
        // Each change is found out by one refused request; none is seen without a change.
        if (rotates) assert.ok(report.unauthorized >= places.length);
        else assert.equal(report.unauthorized, 0);
      });

      it('leaves the password nowhere', () => {
        assert.deepEqual(report.secretFoundIn, []);
      });

      it(`sees the approval, the status bar, and the ${places.join(' and the ')}`, async () => {
        const pictures = { terminal: '3-terminal', notebook: '4-notebook' };
        for (const name of ['1-approval', '2-connected', ...places.map((place) => pictures[place])]) {
          const { size } = await stat(join(report.screenshots, `${name}.png`));
          assert.ok(size > 10_000, `${name}.png is blank`);
        }
      });
    });
  }
});

async function runDemo(provider: Provider, places: readonly Place[]): Promise<DemoReport> {
  const json = join(await runFolder('e2e'), 'demo.json');
  const only = places.length === 1 ? ['--only', ...places] : [];
  const args = ['demo/demo.ts', '--once', '--provider', provider, ...only, '--json', json];
  const child = spawn(tools.node(), args, { cwd: checkout, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  const text = await readFile(json, 'utf8').catch(() => undefined);
  if (text === undefined) throw new Error(`The demo ended with ${code} and left no report.`);
  return JSON.parse(text) as DemoReport;
}
