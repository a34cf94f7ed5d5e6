import { mebibyte, title, whole, type Context } from './context.ts';
import { table } from '../support/table.ts';
import { authorization } from './servers.ts';
import { median, pairedRatio } from '../support/statistics.ts';
import { interleaved, type Scheme, type Target } from './target.ts';
import { download, upload } from './transfer.ts';

/** One large body each way, to a server of that scheme. Returns how much resident memory grew meanwhile, in MiB. */
export async function transfer({ options, servers, ratios }: Context, scheme: Scheme): Promise<number> {
  const bytes = options.transferBytes;
  title(`One body of ${whole(bytes / mebibyte)} MiB, ${scheme} (MB/s; medians of ${options.rounds} rounds)`);
  const { proxy } = servers;
  const targets = servers.targets[scheme];
  const upstreams = servers.upstreams[scheme];
  const toSink = { ...targets, direct: { ...targets.direct, port: upstreams.uploads.port } };
  const rows = [['case', 'direct', 'nginx', 'proxy', 'proxy / nginx']];
  proxy.switchUpstream(upstreams.requests, authorization);
  // What a first transfer allocates for good is not growth.
  await download(targets.proxy, bytes);
  const { rssBytes } = await proxy.usage();
  proxy.sampleMemory();
  const directions = [
    { name: ratioNames[scheme].down, run: download, among: targets, upstream: upstreams.requests },
    { name: ratioNames[scheme].up, run: upload, among: toSink, upstream: upstreams.uploads },
  ] as const;
  for (const { name, run, among, upstream } of directions) {
    proxy.switchUpstream(upstream, authorization);
    const rates: Record<Target['name'], number[]> = { direct: [], nginx: [], proxy: [] };
    for (let round = 0; round < options.rounds; round += 1) {
      for (const target of interleaved(among, round)) {
        // The client of these speaks no TLS.
        if (target.scheme === 'http') rates[target.name].push(await run(target, bytes));
      }
    }
    ratios[name] = pairedRatio(rates.proxy, rates.nginx);
    rows.push([
      name,
      ...(['direct', 'nginx', 'proxy'] as const).map((target) =>
        rates[target].length === 0 ? '-' : whole(median(rates[target]) / 1e6),
      ),
      ratios[name].toFixed(2),
    ]);
  }
  proxy.switchUpstream(servers.upstreams.http.requests, authorization);
  console.log(table(rows));
  return ((await proxy.usage()).peakRssBytes - rssBytes) / mebibyte;
}

const ratioNames = {
  http: { down: 'down1g', up: 'up1g' },
  https: { down: 'down1gTls', up: 'up1gTls' },
} as const;
