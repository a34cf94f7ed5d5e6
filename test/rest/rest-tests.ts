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

/** It asks for a path that begins with `//`, which the proxy refuses itself: some servers take what follows for a host. */
const refused = 'tests/tracking/test_rest_tracking.py::test_path_validation[';

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
    const why = test.startsWith(refused) ? ', on purpose' : '';
    console.log(`${test}: ${one} direct, ${other} through the proxy${why}`);
  }
  const faults = differ.filter((test) => !test.startsWith(refused));
  const count = Object.keys(direct.tests).length;
  console.log(
    `MLflow ${source.version}: ${count} tests, of which ${differ.length} differ, ${differ.length - faults.length} on purpose. Logs: ${logs}`,
  );
  return faults.length === 0 ? 0 : 1;
}
