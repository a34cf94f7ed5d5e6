import { mebibyte, title, whole, type Context } from './context.ts';
import { table } from '../support/table.ts';
import { authorization } from './servers.ts';
import { median, pairedRatio } from '../support/statistics.ts';
import { interleaved, type Target } from './target.ts';
import { download, upload } from './transfer.ts';

/** One large body each way. Returns how much resident memory grew meanwhile, in MiB. */
export async function transfer({ options, servers, ratios }: Context): Promise<number> {
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
    proxy.switchUpstream(upstream, authorization);
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
  proxy.switchUpstream(servers.origin.port, authorization);
  console.log(table(rows));
  return ((await proxy.usage()).peakRssBytes - rssBytes) / mebibyte;
}
