import { title, whole, type Context } from './context.ts';
import { table } from '../support/table.ts';
import { median, pairedRatio } from '../support/statistics.ts';
import { processUsage } from './process-usage.ts';
import type { RatioName } from './report.ts';
import { authorization } from './servers.ts';
import type { Servers } from './servers.ts';
import { interleaved, type Scheme, type Target } from './target.ts';
import { wrk, type WrkLoad, type WrkResult } from './wrk.ts';

interface ThroughputCase {
  readonly name: 'rps1' | 'rps16' | 'rps256' | 'post1k' | 'post100k';
  readonly load: Omit<WrkLoad, 'seconds'>;
}

const get = { path: '/get', method: 'GET', bodyBytes: 0, delayMs: 0 } as const;
const post = { path: '/api/2.0/mlflow/runs/log-batch', method: 'POST', connections: 16, delayMs: 0 } as const;

export const connectionCases = [
  { name: 'rps1', load: { ...get, connections: 1 } },
  { name: 'rps16', load: { ...get, connections: 16 } },
  { name: 'rps256', load: { ...get, connections: 256 } },
] as const;
const postCases = [
  { name: 'post1k', load: { ...post, bodyBytes: 1000 } },
  { name: 'post100k', load: { ...post, bodyBytes: 100_000 } },
] as const;
const casesOf: Readonly<Record<Scheme, readonly ThroughputCase[]>> = {
  http: [...connectionCases, ...postCases],
  https: connectionCases,
};

const ratioNames: Readonly<Record<Scheme, Partial<Record<ThroughputCase['name'], RatioName>>>> = {
  http: { rps1: 'rps1', rps16: 'rps16', rps256: 'rps256' },
  https: { rps1: 'rps1Tls', rps16: 'rps16Tls', rps256: 'rps256Tls' },
};

/** One case of one round: what wrk saw and the processor time of the thing in the middle, per request. */
interface Measured extends WrkResult {
  readonly cpuPerRequest: number | undefined;
}

type Round = Readonly<Record<Target['name'], Measured>>;

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

async function throughputRound(
  servers: Servers,
  scheme: Scheme,
  load: WrkLoad,
  round: number,
): Promise<Round> {
  const results = new Map<Target['name'], Measured>();
  for (const target of interleaved(servers.targets[scheme], round)) {
    results.set(target.name, await measure(servers, target, load));
  }
  return { direct: results.get('direct')!, nginx: results.get('nginx')!, proxy: results.get('proxy')! };
}

/** Requests a second, latency and processor time of small requests. `scheme`: of the tracking server. */
export async function throughput({ options, servers, ratios }: Context, scheme: Scheme): Promise<void> {
  servers.proxy.switchUpstream(servers.upstreams[scheme].requests, authorization);
  title(`Requests to ${scheme} (wrk, ${options.wrkSeconds} s each, ${options.rounds} rounds; medians)`);
  // Not counted: everything is cold.
  await throughputRound(servers, scheme, { ...connectionCases[1].load, seconds: 1 }, 0);
  const rows = [['case', 'through', 'requests/s', 'p50 us', 'p99 us', 'CPU us/request', '/ nginx']];
  for (const one of casesOf[scheme]) {
    const rounds: Round[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      const load = { ...one.load, seconds: options.wrkSeconds };
      rounds.push(await throughputRound(servers, scheme, load, round));
    }
    const of = (name: Target['name'], figure: 'requestsPerSecond' | 'p50us' | 'p99us'): number[] =>
      rounds.map((round) => round[name][figure]);
    const nginxRates = of('nginx', 'requestsPerSecond');
    for (const name of ['direct', 'nginx', 'proxy'] as const) {
      const cpu = rounds.map((round) => round[name].cpuPerRequest).filter((value) => value !== undefined);
      rows.push([
        name === 'direct' ? one.name : '',
        name,
        whole(median(of(name, 'requestsPerSecond'))),
        whole(median(of(name, 'p50us'))),
        whole(median(of(name, 'p99us'))),
        cpu.length > 0 ? median(cpu).toFixed(1) : '-',
        pairedRatio(of(name, 'requestsPerSecond'), nginxRates).toFixed(2),
      ]);
    }
    const ratio = pairedRatio(of('proxy', 'requestsPerSecond'), nginxRates);
    const name = ratioNames[scheme][one.name];
    if (name !== undefined) ratios[name] = ratio;
    if (name === 'rps1') {
      ratios.p50added = median(
        rounds.map(({ direct, nginx, proxy }) => (proxy.p50us - direct.p50us) / (nginx.p50us - direct.p50us)),
      );
    }
  }
  servers.proxy.switchUpstream(servers.upstreams.http.requests, authorization);
  console.log(table(rows));
}
