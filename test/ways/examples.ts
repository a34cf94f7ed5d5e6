import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tools } from '../support/setup/parts.mjs';
import type { Scene } from './scene.ts';
import { inShell } from './shells.ts';
import { inKernel, run } from './start.ts';
import type { Start } from './way.ts';

/** What the tracking server has of finished work. */
interface Left {
  /** With parameters and metrics. */
  readonly runs: number;
  /** Those of them that are below another. */
  readonly children: number;
  readonly models: number;
  readonly traces: number;
}

interface Example {
  readonly name: string;
  readonly file: string;
  readonly left: Left;
  /** Where it does not work without the extension either. */
  readonly notIn?: string;
}

const autologging: Left = { runs: 1, children: 0, models: 1, traces: 0 };
const search: Left = { runs: 5, children: 4, models: 2, traces: 0 };
const traced: Left = { runs: 0, children: 0, models: 0, traces: 1 };

const ours: readonly Example[] = [
  {
    name: 'sklearn autologging',
    file: join(import.meta.dirname, 'examples/autologging.py'),
    left: autologging,
  },
  { name: 'a search with child runs', file: join(import.meta.dirname, 'examples/search.py'), left: search },
  { name: 'a traced function', file: join(import.meta.dirname, 'examples/traced_function.py'), left: traced },
];

/** MLflow's own, in a checkout of its source: no package has them. */
function ofMlflow(source: string): readonly Example[] {
  const own = (path: string, left: Left, notIn?: string): Example => ({
    ...{ name: path, file: join(source, 'examples', path), left },
    ...(notIn !== undefined && { notIn }),
  });
  return [
    own('sklearn_autolog/linear_regression.py', autologging),
    own('sklearn_autolog/grid_search_cv.py', search),
    // In a kernel, it reads its trace back before MLflow has sent it.
    own('tracing/fluent.py', traced, 'notebook'),
  ];
}

const places: Readonly<Record<string, (start: Start, file: string) => Promise<unknown>>> = {
  terminal: async (start) => inShell('bash', start),
  notebook: async (start, file) => {
    const code = `import sys\nsys.path.insert(0, ${JSON.stringify(dirname(file))})\n${await readFile(file, 'utf8')}`;
    return inKernel(start, start.scene.host, [{ code }]);
  },
  // As the debugger starts a program; nobody is there to stop it. On a busy machine its adapter takes long to start.
  debugger: async ({ scene, python, script, folder }) =>
    run([python, '-m', 'debugpy', '--listen', '127.0.0.1:0', ...script], {
      env: { ...scene.host, DEBUGPY_PROCESS_SPAWN_TIMEOUT: '200' },
      cwd: folder,
    }),
  pytest: async ({ scene, python, folder }, file) => {
    const test = [
      'import runpy, sys',
      '',
      'def test_example():',
      `    sys.path.insert(0, ${JSON.stringify(dirname(file))})`,
      `    runpy.run_path(${JSON.stringify(file)}, run_name="__main__")`,
      '',
    ].join('\n');
    await writeFile(join(folder, 'test_example.py'), test);
    return run([python, '-m', 'pytest', '-q', 'test_example.py'], { env: scene.host, cwd: folder });
  },
};

export interface ExampleResult {
  readonly name: string;
  readonly isComplete: boolean;
  /** Where it is not. */
  readonly found?: Left;
}

/** In a connected window; `source`: MLflow's own, unmodified, instead of those of this folder. */
export async function* tryExamples(
  scene: Scene,
  { only, source }: { readonly only: readonly string[]; readonly source: string | undefined },
): AsyncGenerator<ExampleResult> {
  for (const { name: title, file, left, notIn } of source === undefined ? ours : ofMlflow(source)) {
    for (const [place, begin] of Object.entries(places)) {
      const name = `example, ${title}, ${place}`;
      if (place === notIn || !only.some((words) => name.includes(words))) continue;
      const before = await countAt(scene);
      const folder = await scene.startFolder();
      const python = tools.python('mlflow');
      await begin({ scene, phase: 'connected', python, script: [file], folder }, file);
      const found = difference(await countAt(scene), before);
      const isComplete = JSON.stringify(found) === JSON.stringify(left);
      yield { name, isComplete, ...(!isComplete && { found }) };
    }
  }
}

function difference(after: Left, before: Left): Left {
  return {
    runs: after.runs - before.runs,
    children: after.children - before.children,
    models: after.models - before.models,
    traces: after.traces - before.traces,
  };
}

interface Found {
  readonly experiments?: readonly { readonly experiment_id: string }[];
  readonly runs?: readonly {
    readonly info: { readonly status: string };
    readonly data: {
      readonly metrics?: readonly unknown[];
      readonly params?: readonly unknown[];
      readonly tags?: readonly { readonly key: string }[];
    };
  }[];
  readonly models?: readonly { readonly info: { readonly status: string } }[];
  readonly traces?: readonly { readonly state: string }[];
}

async function countAt({ server }: Scene): Promise<Left> {
  const ask = async (path: string, body: object): Promise<Found> =>
    (await server.call('POST', path, body)) as Found;
  const { experiments = [] } = await ask('/api/2.0/mlflow/experiments/search', { max_results: 100 });
  const ids = experiments.map(({ experiment_id }) => experiment_id);
  const of = { experiment_ids: ids, max_results: 1000 };
  const { runs = [] } = await ask('/api/2.0/mlflow/runs/search', of);
  const complete = runs.filter(
    ({ info, data }) => info.status === 'FINISHED' && data.metrics !== undefined && data.params !== undefined,
  );
  const { models = [] } = await ask('/api/2.0/mlflow/logged-models/search', { ...of, max_results: 50 });
  const locations = ids.map((id) => ({
    type: 'MLFLOW_EXPERIMENT',
    mlflow_experiment: { experiment_id: id },
  }));
  const { traces = [] } = await ask('/api/3.0/mlflow/traces/search', { locations, max_results: 500 });
  return {
    runs: complete.length,
    children: complete.filter(({ data }) => data.tags?.some(({ key }) => key === 'mlflow.parentRunId'))
      .length,
    models: models.filter(({ info }) => info.status === 'LOGGED_MODEL_READY').length,
    traces: traces.filter(({ state }) => state === 'OK').length,
  };
}
