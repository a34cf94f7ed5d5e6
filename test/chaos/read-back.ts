import { createHash } from 'node:crypto';
import type { MlflowServer } from '../support/servers/mlflow.ts';
import type { Artifact, ClientLog } from './clients.ts';

/** What the server has of a run, beside what the client was told. */
export interface ReadBack {
  /** Metrics that the client was told are there, and that are not. */
  readonly lost: number;
  /** Metrics that are there more than once. */
  readonly doubled: number;
  /** Files that are not there, or are not the client's byte for byte. */
  readonly differing: number;
}

/** Asks the server itself, past everything that is tried here. */
export async function readBack(mlflow: MlflowServer, log: ClientLog): Promise<ReadBack> {
  const { run, steps, artifact } = log;
  if (run === undefined) return { lost: 0, doubled: 0, differing: 0 };
  const query = `run_id=${run}&metric_key=loss&max_results=25000`;
  const answer = await mlflow.call('GET', `/api/2.0/mlflow/metrics/get-history?${query}`);
  const { metrics = [] } = answer as { metrics?: { step?: number | string }[] };
  const found = metrics.map(({ step }) => Number(step ?? 0));
  const distinct = new Set(found);
  return {
    lost: steps.filter((step) => !distinct.has(step)).length,
    doubled: found.length - distinct.size,
    differing: artifact === undefined || (await isThere(mlflow, run, artifact)) ? 0 : 1,
  };
}

async function isThere(mlflow: MlflowServer, run: string, { path, sha256 }: Artifact): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${mlflow.user}:${mlflow.password}`).toString('base64')}`;
  const response = await fetch(`${mlflow.origin}/get-artifact?run_id=${run}&path=${path}`, {
    headers: { authorization },
  });
  const digest = createHash('sha256');
  const body: AsyncIterable<Uint8Array> = response.body ?? new Blob([]).stream();
  for await (const piece of body) digest.update(piece);
  return response.ok && digest.digest('hex') === sha256;
}
