import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { delimiter, dirname } from 'node:path';
import { packageFolder } from '../contract/python/run-client.ts';
import { startConnector } from './connector.ts';
import type { Connector } from './connector.ts';
import type { MlflowSource } from './source.ts';

export type Road = 'direct' | 'through-the-proxy';

/** Written by `mlflow_rest.py`. */
export interface Outcomes {
  readonly tests: Readonly<Record<string, string>>;
  readonly requests: { readonly withCredential: number; readonly without: number };
}

interface Tests {
  readonly source: MlflowSource;
  readonly road: Road;
  readonly tests: readonly string[];
  /** Without the ending. */
  readonly log: string;
}

export async function runTests(run: Tests): Promise<Outcomes> {
  if (run.road === 'direct') return start(run, {});
  const connector = await startConnector();
  try {
    return await start(run, proxied(connector));
  } finally {
    await connector.stop();
  }
}

function proxied({ url, credential }: Connector): Readonly<Record<string, string>> {
  return {
    PYTHONPATH: [packageFolder, import.meta.dirname].join(delimiter),
    REST_CONTROL: url,
    REST_CREDENTIAL: credential,
  };
}

/** MLflow expects it to fail, after minutes in which it finds out which packages a model needs. */
const leftOut = 'tests/tracking/test_rest_tracking.py::test_logging_model_with_local_artifact_uri';

async function start(
  { source, tests, log }: Tests,
  environment: Readonly<Record<string, string>>,
): Promise<Outcomes> {
  await mkdir(dirname(log), { recursive: true });
  const child = spawn(
    source.python,
    [
      ...['-m', 'pytest', ...tests, '-v', '-p', 'mlflow_rest', '-p', 'no:cacheprovider'],
      ...['--deselect', leftOut, '--basetemp', `${log}-temporary`],
      // Of MLflow's configuration, which asks for plugins that only its developers have.
      ...['-o', 'addopts=', '-o', 'filterwarnings='],
    ],
    {
      // Python finds the checkout's MLflow here first.
      cwd: source.folder,
      env: {
        ...process.env,
        PYTHONPATH: import.meta.dirname,
        REST_OUTCOMES: `${log}.json`,
        MLFLOW_DISABLE_TELEMETRY: 'true',
        PYTHONDONTWRITEBYTECODE: '1',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output = createWriteStream(`${log}.log`);
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  await once(child, 'close');
  output.end();
  const text = await readFile(`${log}.json`, 'utf8').catch(() => undefined);
  if (text === undefined) throw new Error(`The tests did not run: ${log}.log`);
  return JSON.parse(text) as Outcomes;
}

export function differing(one: Outcomes, other: Outcomes): readonly string[] {
  const names = new Set([...Object.keys(one.tests), ...Object.keys(other.tests)]);
  return [...names].filter((name) => one.tests[name] !== other.tests[name]);
}

export function counts({ tests, requests }: Outcomes): string {
  const by = Object.entries(Object.groupBy(Object.values(tests), (outcome) => outcome));
  const parts = by.map(([outcome, all = []]) => `${all.length} ${outcome}`);
  const { withCredential, without } = requests;
  const ofRequests = `${withCredential} requests with the credential, ${without} without`;
  return withCredential + without === 0 ? parts.join(', ') : `${parts.join(', ')}; ${ofRequests}`;
}
