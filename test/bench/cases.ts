import { setTimeout as sleep } from 'node:timers/promises';
import { blockedRound } from './blocked.ts';
import { coldStart } from './cold-start.ts';
import { logMetricClients } from './log-metric-clients.ts';
import { logMetricRound } from './log-metric.ts';
import type { BenchOptions } from './options.ts';
import { processUsage } from './process-usage.ts';
import { table, type BenchResult, type RatioName } from './report.ts';
import { authorization, startServers, type Servers } from './servers.ts';
import { median, pairedRatio } from './statistics.ts';
import { interleaved, type Target } from './target.ts';
import { throughputCases, throughputRound, type Round } from './throughput.ts';
import { download, upload } from './transfer.ts';

const mebibyte = 2 ** 20;

interface Context {
  readonly options: BenchOptions;
  readonly servers: Servers;
  readonly bundle: string;
  readonly folder: string;
  readonly ratios: Partial<Record<RatioName, number>>;
}

/** Runs every case, prints its figures as they come, and returns the ratios. */
export async function runCases(
  options: BenchOptions,
  place: { readonly folder: string; readonly bundle: string },
): Promise<BenchResult> {
  const servers = await startServers(place.folder, place.bundle, options.transferBytes);
  const context: Context = { options, servers, ...place, ratios: {} };
  const wanted = (name: string): boolean => options.only?.has(name) ?? true;
  await idleMemory(context);
  if (wanted('throughput')) await throughput(context);
  const rssGrowthMiB = wanted('transfer') ? await transfer(context) : undefined;
  if (wanted('blocked')) await blocked(context);
  if (wanted('cold')) await cold(context);
  if (wanted('logMetric')) await logMetric(context);
  return { ratios: context.ratios, rssGrowthMiB };
}

function title(text: string): void {
  console.log(`\n${text}`);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

async function idleMemory({ servers }: Context): Promise<void> {
  await sleep(500);
  const { rssBytes } = await servers.proxy.usage();
  const nginx = await processUsage(servers.nginx.process.pid!);
  title('Resident memory, idle, before the first request');
  console.log(
    table([
      [
        'proxy: added to its host process',
        `${whole((rssBytes - servers.proxy.rssBeforeBytes) / mebibyte)} MiB`,
      ],
      ['nginx: master and worker', nginx === undefined ? '-' : `${whole(nginx.rssBytes / mebibyte)} MiB`],
    ]),
  );
}

async function throughput({ options, servers, ratios }: Context): Promise<void> {
  title(`Requests (wrk, ${options.wrkSeconds} s each, ${options.rounds} rounds; medians)`);
  // Not counted: everything is cold.
  await throughputRound(servers, throughputCases[1]!.load, 1, 0);
  const rows = [['case', 'through', 'requests/s', 'p50 us', 'p99 us', 'CPU us/request', '/ nginx']];
  for (const one of throughputCases) {
    const rounds: Round[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      rounds.push(await throughputRound(servers, one.load, options.wrkSeconds, round));
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
    if (one.name === 'rps1') {
      ratios.rps1 = ratio;
      ratios.p50added = median(
        rounds.map(({ direct, nginx, proxy }) => (proxy.p50us - direct.p50us) / (nginx.p50us - direct.p50us)),
      );
    } else if (one.name === 'rps16') ratios.rps16 = ratio;
    else if (one.name === 'rps256') ratios.rps256 = ratio;
  }
  console.log(table(rows));
}

async function transfer({ options, servers, ratios }: Context): Promise<number> {
  const bytes = options.transferBytes;
  title(`One body of ${whole(bytes / mebibyte)} MiB (MB/s; medians of ${options.rounds} rounds)`);
  const { proxy, targets } = servers;
  const toSink = { ...targets, direct: { ...targets.direct, port: servers.sinkPort } };
  const rows = [['case', 'direct', 'nginx', 'proxy', 'proxy / nginx']];
  // What a first transfer allocates for good is not growth.
  await download(targets.proxy, bytes);
  const { rssBytes } = await proxy.usage();
  proxy.sampleMemory();
  const directions = [
    { name: 'down1g', run: download, among: targets, upstream: servers.origin.port },
    { name: 'up1g', run: upload, among: toSink, upstream: servers.sinkPort },
  ] as const;
  for (const { name, run, among, upstream } of directions) {
    proxy.switchUpstream(upstream);
    const rates: Record<Target['name'], number[]> = { direct: [], nginx: [], proxy: [] };
    for (let round = 0; round < options.rounds; round += 1) {
      for (const target of interleaved(among, round)) rates[target.name].push(await run(target, bytes));
    }
    ratios[name] = pairedRatio(rates.proxy, rates.nginx);
    rows.push([
      name,
      ...(['direct', 'nginx', 'proxy'] as const).map((target) => whole(median(rates[target]) / 1e6)),
      ratios[name].toFixed(2),
    ]);
  }
  proxy.switchUpstream(servers.origin.port);
  console.log(table(rows));
  return ((await proxy.usage()).peakRssBytes - rssBytes) / mebibyte;
}

async function blocked({ options, servers, ratios }: Context): Promise<void> {
  title(
    `p99 with the host's main thread blocked for ${options.blockedSeconds} s (us; medians of ${options.rounds} rounds)`,
  );
  const calm: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const { undisturbedP99us, blockedP99us } = await blockedRound(servers, options.blockedSeconds, round);
    calm.push(undisturbedP99us);
    busy.push(blockedP99us);
  }
  ratios.blockedP99 = pairedRatio(busy, calm);
  console.log(
    table([
      ['undisturbed', whole(median(calm))],
      ['blocked', whole(median(busy))],
    ]),
  );
}

async function cold({ options, servers, bundle }: Context): Promise<void> {
  const times: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const started = await coldStart({
      bundle,
      originPort: servers.origin.port,
      sessionToken: servers.sessionToken,
      authorization,
    });
    times.push(started.milliseconds);
    memory.push(started.rssMiB);
  }
  title(`Cold start (medians of ${options.rounds} rounds)`);
  console.log(
    table([
      ['worker started to first answered request', `${median(times).toFixed(0)} ms`],
      ['memory added by then', `${median(memory).toFixed(0)} MiB`],
    ]),
  );
}

async function logMetric({ options, servers, ratios }: Context): Promise<void> {
  const clients = await logMetricClients(servers, '/tmp/bt/venv/bin/bao');
  const calls = options.logMetricCalls;
  title(`${whole(calls)} x log_metric, real MLflow client (seconds; medians of ${options.rounds} rounds)`);
  const seconds: Record<string, number[]> = { direct: [], proxy: [], plugin: [] };
  for (let round = 0; round < options.rounds; round += 1) {
    for (const [name, time] of await logMetricRound('/tmp/bt/venv/bin/python', clients, calls)) {
      seconds[name]!.push(time);
    }
  }
  ratios.logMetric = pairedRatio(seconds['proxy']!, seconds['direct']!);
  ratios.logMetricVsPlugin = pairedRatio(seconds['proxy']!, seconds['plugin']!);
  console.log(table(Object.entries(seconds).map(([name, times]) => [name, median(times).toFixed(3)])));
}
