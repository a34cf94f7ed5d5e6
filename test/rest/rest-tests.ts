import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runFolder } from '../support/servers/run-folder.ts';
import { counts, differing, runTests } from './run-tests.ts';
import type { Outcomes, Road } from './run-tests.ts';
import { howToGetSource, mlflowSource } from './source.ts';

/** Those that start a tracking server and call it over HTTP. */
const files = [
  'tests/tracking/test_rest_tracking.py',
  'tests/tracking/test_model_registry.py',
  'tests/tracking/test_client_webhooks.py',
  'tests/store/model_registry/test_rest_store_webhooks.py',
];

const { values: options } = parseArgs({
  options: { source: { type: 'string' }, only: { type: 'string', multiple: true } },
});
process.exitCode = await compare(options.source, options.only ?? files);

async function compare(folder: string | undefined, tests: readonly string[]): Promise<number> {
  if (folder === undefined) {
    console.error(howToGetSource);
    return 2;
  }
  const source = await mlflowSource(folder);
  const logs = await runFolder('rest-tests');
  await mkdir(logs, { recursive: true });
  const run = async (road: Road, chosen: readonly string[], name: string): Promise<Outcomes> => {
    const outcomes = await runTests({ source, road, tests: chosen, log: join(logs, `${name}-${road}`) });
    console.log(`${road}: ${counts(outcomes)}`);
    return outcomes;
  };
  const [direct, proxied] = [await run('direct', tests, 'all'), await run('through-the-proxy', tests, 'all')];
  const suspects = differing(direct, proxied);
  // Some depend on how busy the machine is: what differs is asked once more, both ways.
  const differ =
    suspects.length === 0
      ? []
      : differing(await run('direct', suspects, 'again'), await run('through-the-proxy', suspects, 'again'));
  for (const test of differ) {
    const [one = 'not run', other = 'not run'] = [direct.tests[test], proxied.tests[test]];
    console.log(`${test}: ${one} direct, ${other} through the proxy`);
  }
  const count = Object.keys(direct.tests).length;
  console.log(`MLflow ${source.version}: ${count} tests, of which ${differ.length} differ. Logs: ${logs}`);
  return differ.length === 0 ? 0 : 1;
}
