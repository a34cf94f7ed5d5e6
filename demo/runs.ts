import type { MlflowServer } from '../test/support/servers/mlflow.ts';

const experimentName = 'house-prices';
export const metricsExpected = 200;

export interface TrackedRun {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly params: number;
  /** Of the metric that got furthest; -1 without metrics. */
  readonly lastStep: number;
  readonly metricKeys: readonly string[];
}

interface RunAnswer {
  readonly info: { readonly run_id: string; readonly run_name: string; readonly status: string };
  readonly data: {
    readonly params?: readonly unknown[];
    readonly metrics?: readonly { readonly key: string; readonly step?: number | string }[];
  };
}

/** Asks the server itself, past everything that is tried here. Newest first. */
export async function trackedRuns(mlflow: MlflowServer): Promise<readonly TrackedRun[]> {
  const filter = `name = '${experimentName}'`;
  const search = await mlflow.call('POST', '/api/2.0/mlflow/experiments/search', { filter, max_results: 1 });
  const { experiments = [] } = search as { experiments?: { experiment_id: string }[] };
  const ids = experiments.map(({ experiment_id: id }) => id);
  if (ids.length === 0) return [];
  const answer = await mlflow.call('POST', '/api/2.0/mlflow/runs/search', { experiment_ids: ids });
  const { runs = [] } = answer as { runs?: RunAnswer[] };
  return runs.map(({ info, data: { params = [], metrics = [] } }) => ({
    id: info.run_id,
    name: info.run_name,
    status: info.status,
    params: params.length,
    lastStep: Math.max(-1, ...metrics.map(({ step }) => Number(step ?? 0))),
    metricKeys: metrics.map(({ key }) => key),
  }));
}

/** Every value that the server has, counted one by one: a lost or a doubled one shows. */
export async function countMetrics(mlflow: MlflowServer, run: TrackedRun): Promise<number> {
  let count = 0;
  for (const key of run.metricKeys) {
    const path = `/api/2.0/mlflow/metrics/get-history?run_id=${run.id}&metric_key=${encodeURIComponent(key)}`;
    const { metrics = [] } = (await mlflow.call('GET', path)) as { metrics?: unknown[] };
    count += metrics.length;
  }
  return count;
}

/** Paths of files below a run's artifacts, one level of folders deep. */
export async function artifactsOf(mlflow: MlflowServer, { id }: TrackedRun): Promise<readonly string[]> {
  const list = async (path: string): Promise<readonly { path: string; is_dir?: boolean }[]> => {
    const query = `run_id=${id}&path=${encodeURIComponent(path)}`;
    const answer = await mlflow.call('GET', `/api/2.0/mlflow/artifacts/list?${query}`);
    return (answer as { files?: { path: string; is_dir?: boolean }[] }).files ?? [];
  };
  const paths: string[] = [];
  for (const file of await list('')) {
    const files = file.is_dir === true ? await list(file.path) : [file];
    paths.push(...files.map(({ path }) => path));
  }
  return paths;
}
