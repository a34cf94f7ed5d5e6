import { setTimeout as sleep } from 'node:timers/promises';
import { blocked } from './blocked.ts';
import { cold } from './cold-start.ts';
import { mebibyte, title, whole, type Context } from './context.ts';
import { logMetric } from './log-metric.ts';
import type { BenchOptions } from './options.ts';
import { processBesideWorker } from './process-beside-worker.ts';
import { processUsage } from './process-usage.ts';
import { type BenchResult } from './report.ts';
import { table } from '../support/table.ts';
import { startServers } from './servers.ts';
import { throughput } from './throughput.ts';
import { transfer } from './transfer-rates.ts';

/** Runs every case, prints its figures as they come, and returns the ratios. */
export async function runCases(
  options: BenchOptions,
  place: { readonly folder: string; readonly bundle: string },
): Promise<BenchResult> {
  const servers = await startServers(place.folder, place.bundle, options.transferBytes);
  const context: Context = { options, servers, ...place, ratios: {} };
  const isChosen = (name: string): boolean => options.only?.has(name) ?? true;
  await idleMemory(context);
  if (isChosen('throughput')) await throughput(context, 'http');
  if (isChosen('tls')) await throughput(context, 'https');
  const rssGrowthMiB = isChosen('transfer') ? await transfer(context, 'http') : undefined;
  if (isChosen('tls')) await transfer(context, 'https');
  if (isChosen('process')) await processBesideWorker(context);
  if (isChosen('blocked')) await blocked(context);
  if (isChosen('cold')) await cold(context);
  if (isChosen('logMetric')) await logMetric(context);
  return { ratios: context.ratios, rssGrowthMiB };
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
