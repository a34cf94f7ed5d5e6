import { processUsage } from './process-usage.ts';
import type { Servers } from './servers.ts';
import { interleaved, type Target } from './target.ts';
import { wrk, type WrkLoad, type WrkResult } from './wrk.ts';

export interface ThroughputCase {
  readonly name: string;
  readonly load: Omit<WrkLoad, 'seconds'>;
}

const get = { path: '/get', method: 'GET', bodyBytes: 0, delayMs: 0 } as const;
const post = { path: '/api/2.0/mlflow/runs/log-batch', method: 'POST', connections: 16, delayMs: 0 } as const;

export const throughputCases: readonly ThroughputCase[] = [
  { name: 'rps1', load: { ...get, connections: 1 } },
  { name: 'rps16', load: { ...get, connections: 16 } },
  { name: 'rps256', load: { ...get, connections: 256 } },
  { name: 'post1k', load: { ...post, bodyBytes: 1000 } },
  { name: 'post100k', load: { ...post, bodyBytes: 100_000 } },
];

/** One case of one round: what wrk saw and the processor time of the thing in the middle, per request. */
export interface Measured extends WrkResult {
  readonly cpuPerRequest: number | undefined;
}

export type Round = Readonly<Record<Target['name'], Measured>>;

async function cpu(servers: Servers, target: Target): Promise<number | undefined> {
  switch (target.name) {
    case 'direct':
      return undefined;
    case 'nginx':
      return (await processUsage(servers.nginx.process.pid!))?.cpuMicroseconds;
    case 'proxy':
      return (await servers.proxy.usage()).cpuMicroseconds;
  }
}

async function measure(servers: Servers, target: Target, load: WrkLoad): Promise<Measured> {
  const before = await cpu(servers, target);
  const result = await wrk(target, load);
  const after = await cpu(servers, target);
  const cpuPerRequest =
    before === undefined || after === undefined ? undefined : (after - before) / result.requests;
  return { ...result, cpuPerRequest };
}

export async function throughputRound(
  servers: Servers,
  load: ThroughputCase['load'],
  seconds: number,
  round: number,
): Promise<Round> {
  const results = new Map<Target['name'], Measured>();
  for (const target of interleaved(servers.targets, round)) {
    results.set(target.name, await measure(servers, target, { ...load, seconds }));
  }
  return { direct: results.get('direct')!, nginx: results.get('nginx')!, proxy: results.get('proxy')! };
}
