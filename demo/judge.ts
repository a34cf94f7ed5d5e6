import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { MlflowServer } from '../test/support/servers/mlflow.ts';
import type { HostKind } from '../test/support/workbench/host-kind.ts';
import { filesWithSecret } from './find-secret.ts';
import { stores } from './options.ts';
import type { Place, Provider } from './options.ts';
import type { Probes } from './project-copy.ts';
import type { DemoReport, RunReport } from './report.ts';
import { artifactsOf, countMetrics, metricsExpected, trackedRuns } from './runs.ts';
import type { DemoSource } from './sources/source.ts';

export interface Evidence {
  /** Wall-clock milliseconds. */
  readonly began: number;
  readonly provider: Provider;
  readonly places: readonly Place[];
  readonly host: HostKind;
  readonly mlflow: MlflowServer;
  /** The first one and what it was changed to. */
  readonly passwords: readonly string[];
  readonly source: DemoSource;
  readonly folder: string;
  readonly probes: Probes;
  readonly screenshots: string;
}

const runNames: Record<Place, string> = { terminal: 'train.py', notebook: 'analysis.ipynb' };

/** Looks at what the server got and at everything that was written on this side. */
export async function judge(evidence: Evidence): Promise<DemoReport> {
  const { began, provider, places, host, mlflow, passwords, source, folder, screenshots } = evidence;
  const problems: string[] = [];
  const runs: RunReport[] = [];
  const tracked = await trackedRuns(mlflow);
  for (const from of places) {
    const name = runNames[from];
    const run = tracked.find((candidate) => candidate.name === name);
    if (run === undefined) {
      problems.push(`${name} logged no run`);
      continue;
    }
    const artifacts = await artifactsOf(mlflow, run);
    const metricsLogged = await countMetrics(mlflow, run);
    runs.push({ id: run.id, source: from, metricsLogged, metricsExpected, params: run.params, artifacts });
    if (run.status !== 'FINISHED') problems.push(`the run of ${name} has the status ${run.status}`);
    if (metricsLogged !== metricsExpected)
      problems.push(`${name} logged ${metricsLogged} of ${metricsExpected} metrics`);
    if (run.params !== 3) problems.push(`${name} logged ${run.params} of 3 parameters`);
    for (const ending of ['.png', '.npz']) {
      if (!artifacts.some((path) => path.endsWith(ending))) problems.push(`${name} logged no ${ending} file`);
    }
  }
  const rotated = passwords.length > places.length;
  if (source.rotate && !rotated) problems.push('the password was not rotated in each run');
  const secretFoundIn = await search(evidence);
  return {
    ok: problems.length === 0 && secretFoundIn.length === 0,
    provider,
    store: stores[provider],
    host,
    runs,
    rotated,
    unauthorized: await mlflow.answered(401),
    secretFoundIn,
    problems,
    screenshots,
    seconds: Math.round((Date.now() - began) / 1000),
  };

  async function search({ probes }: Evidence): Promise<readonly string[]> {
    const secrets = [...passwords, ...source.secrets];
    // Without the probes, "not found" would say nothing.
    for (const probe of places.map((place) => probes[place])) {
      const environment = JSON.parse(await readFile(probe, 'utf8')) as Record<string, string>;
      if (!environment['MLFLOW_TRACKING_TOKEN'])
        problems.push(`${relative(folder, probe)} shows no connection`);
    }
    const found: string[] = [];
    // The editor's folder holds its settings, state, logs, and the browser's storage.
    for (const place of ['editor', 'project'])
      found.push(...(await filesWithSecret(join(folder, place), secrets)));
    for (const probe of places.map((place) => probes[place])) {
      const text = await readFile(probe, 'utf8');
      if (secrets.some((secret) => text.includes(secret))) found.push(probe);
    }
    return found.map((file) => relative(folder, file));
  }
}
