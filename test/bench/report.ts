import { writeFile } from 'node:fs/promises';
import { table } from '../support/table.ts';

/** What `--json` writes. A ratio that was not measured is absent. */
export interface BenchResult {
  readonly ratios: Partial<Record<RatioName, number>>;
  readonly rssGrowthMiB: number | undefined;
}

export const targets = {
  rps1: { text: 'requests/s, 1 connection, proxy / nginx', at: 'least', bound: 1 },
  rps16: { text: 'requests/s, 16 connections, proxy / nginx', at: 'least', bound: 1 },
  rps256: { text: 'requests/s, 256 connections, proxy / nginx', at: 'least', bound: 1 },
  rps1Tls: { text: 'to https: requests/s, 1 connection, proxy / nginx', at: 'least', bound: 0.9 },
  rps16Tls: { text: 'to https: requests/s, 16 connections, proxy / nginx', at: 'least', bound: 0.9 },
  rps256Tls: { text: 'to https: requests/s, 256 connections, proxy / nginx', at: 'least', bound: 0.9 },
  p50added: { text: 'added p50 at 1 connection, proxy / nginx', at: 'most', bound: 1.5 },
  up1g: { text: '1 GiB up, bytes/s, proxy / nginx', at: 'least', bound: 0.95 },
  down1g: { text: '1 GiB down, bytes/s, proxy / nginx', at: 'least', bound: 0.95 },
  up1gTls: { text: 'to https: 1 GiB up, bytes/s, proxy / nginx', at: 'least', bound: 0.8 },
  down1gTls: { text: 'to https: 1 GiB down, bytes/s, proxy / nginx', at: 'least', bound: 0.8 },
  processRps1: { text: 'requests/s, 1 connection, process / worker', at: 'least', bound: 0.95 },
  processRps16: { text: 'requests/s, 16 connections, process / worker', at: 'least', bound: 0.95 },
  processRps256: { text: 'requests/s, 256 connections, process / worker', at: 'least', bound: 0.95 },
  processP99: { text: 'p99, 16 connections, process / worker', at: 'most', bound: 1.2 },
  logMetric: { text: 'log_metric, time, proxy / direct', at: 'most', bound: 1.05 },
  logMetricVsPlugin: { text: 'log_metric, time, proxy / Python plugin', at: 'most', bound: 1 },
  blockedP99: { text: 'p99, main thread blocked / undisturbed', at: 'most', bound: 1.5 },
} as const;

export type RatioName = keyof typeof targets;

const growthBoundMiB = 64;

/** Each measured ratio beside its target. */
export function summary(result: BenchResult): string {
  const rows = [['ratio (median of paired rounds)', 'measured', 'target', '']];
  for (const [name, { text, at, bound }] of Object.entries(targets)) {
    const value = result.ratios[name as RatioName];
    const limit = `${at === 'least' ? '>=' : '<='} ${bound.toFixed(2)}`;
    const met = value !== undefined && (at === 'least' ? value >= bound : value <= bound);
    rows.push([`${name}: ${text}`, value?.toFixed(3) ?? '-', limit, word(value, met)]);
  }
  const growth = result.rssGrowthMiB;
  const met = growth !== undefined && growth <= growthBoundMiB;
  rows.push([
    'rssGrowthMiB: resident memory over the 1 GiB transfers',
    growth?.toFixed(1) ?? '-',
    `<= ${growthBoundMiB}`,
    word(growth, met),
  ]);
  return table(rows);
}

function word(value: number | undefined, met: boolean): string {
  if (value === undefined) return 'not measured';
  return met ? 'met' : 'NOT MET';
}

export async function writeJson(file: string, result: BenchResult): Promise<void> {
  const rounded = Object.fromEntries(
    Object.entries(result.ratios).map(([name, value]) => [name, Number(value.toFixed(4))]),
  );
  const growth = result.rssGrowthMiB;
  const rssGrowthMiB = growth === undefined ? null : Number(growth.toFixed(2));
  await writeFile(file, `${JSON.stringify({ ratios: rounded, rssGrowthMiB }, undefined, 2)}\n`);
}
