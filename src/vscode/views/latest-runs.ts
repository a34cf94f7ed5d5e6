import { probeLocalProxy } from '../../connection/probe-local-proxy.ts';
import type { Search } from '../../connection/probe-local-proxy.ts';
import type { LocalAccess } from '../../connection/check-credential.ts';

export const runStatuses = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** What is shown of a run of the tracking server, in its words. */
export interface LatestRun {
  readonly experimentId: string;
  readonly runId: string;
  readonly name: string;
  /** `undefined`: one that MLflow did not have when this was written. */
  readonly status: RunStatus | undefined;
  readonly startedAt: number | undefined;
}

export interface LatestRuns {
  /** `undefined`: of all experiments. */
  readonly experiment: string | undefined;
  readonly runs: readonly LatestRun[];
}

/** Names an experiment as MLflow's client finds it. */
export type ExperimentReference = { readonly name: string } | { readonly id: string };

const maxRuns = 15;
/** Of those that are searched where none is named. */
const maxExperiments = 100;
/** Of ids, which become parts of a link; MLflow's are digits and hexadecimal digits. */
const idPattern = /^[\w-]{1,64}$/;

/** The latest runs of an experiment, or of all, asked through the local proxy as Python asks. `undefined`: nobody told. */
export async function latestRuns(
  access: LocalAccess,
  basePath: string,
  named: ExperimentReference | undefined,
): Promise<LatestRuns | undefined> {
  const ask = async (asked: string | Search): Promise<Json | undefined> => askJson(access, asked);
  const api = `${basePath}/api/2.0/mlflow`;
  const experiments = await (named === undefined ? allExperiments(ask, api) : oneExperiment(ask, api, named));
  if (experiments === undefined) return undefined;
  const name =
    named === undefined ? undefined : (experiments[0]?.name ?? ('name' in named ? named.name : named.id));
  if (experiments.length === 0) return { experiment: name, runs: [] };
  const body = {
    experiment_ids: experiments.map(({ id }) => id),
    max_results: maxRuns,
    // eslint-disable-next-line house/sentences -- MLflow's grammar of orders.
    order_by: ['attributes.start_time DESC'],
  };
  const found = await ask({ path: `${api}/runs/search`, body });
  return found && { experiment: name, runs: runsIn(found) };
}

/** A server may send more than it was asked for, and the editor's trees refuse a row that is there twice. */
function runsIn(found: Json): readonly LatestRun[] {
  const runs = listIn(found, 'runs').flatMap(runOf);
  return [...new Map(runs.map((run) => [run.runId, run])).values()].slice(0, maxRuns);
}

type Json = Readonly<Record<string, unknown>>;
type Ask = (asked: string | Search) => Promise<Json | undefined>;

interface Experiment {
  readonly id: string;
  readonly name: string;
}

async function allExperiments(ask: Ask, api: string): Promise<readonly Experiment[] | undefined> {
  const found = await ask(`${api}/experiments/search?max_results=${maxExperiments}`);
  return found && listIn(found, 'experiments').flatMap(experimentOf);
}

async function oneExperiment(
  ask: Ask,
  api: string,
  named: ExperimentReference,
): Promise<readonly Experiment[] | undefined> {
  const query =
    'id' in named
      ? `get?experiment_id=${encodeURIComponent(named.id)}`
      : `get-by-name?experiment_name=${encodeURIComponent(named.name)}`;
  const found = await ask(`${api}/experiments/${query}`);
  return found && experimentOf(recordIn(found['experiment']));
}

async function askJson(access: LocalAccess, asked: string | Search): Promise<Json | undefined> {
  const response = await probeLocalProxy(access.port, asked, access.clientToken);
  if (response.kind !== 'response' || response.isOwn) return undefined;
  // There is no such experiment yet.
  if (response.status === 404) return {};
  if (response.status !== 200) return undefined;
  try {
    return recordIn(JSON.parse(response.text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function runOf(run: Json): readonly LatestRun[] {
  const info = recordIn(run['info']);
  const [experimentId, runId] = [textIn(info['experiment_id']), textIn(info['run_id'])];
  if (!idPattern.test(experimentId) || !idPattern.test(runId)) return [];
  const startedAt = millisecondsIn(info['start_time']);
  return [
    {
      ...{ experimentId, runId, name: textIn(info['run_name']) || runId },
      status: runStatuses.find((status) => status === info['status']),
      startedAt,
    },
  ];
}

/** MLflow writes its 64-bit numbers as texts, and earlier versions as numbers. */
function millisecondsIn(value: unknown): number | undefined {
  const given = typeof value === 'number' || typeof value === 'string' ? Number(value) : 0;
  return given > 0 ? given : undefined;
}

function experimentOf(experiment: Json): readonly Experiment[] {
  const id = textIn(experiment['experiment_id']);
  return idPattern.test(id) ? [{ id, name: textIn(experiment['name']) }] : [];
}

function listIn(json: Json, name: string): readonly Json[] {
  const list = json[name];
  return Array.isArray(list) ? list.map(recordIn) : [];
}

function recordIn(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
