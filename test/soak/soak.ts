/**
 * `npm run soak`: mixed load, every answer checked, the credential rotated every few seconds. Ends with 0 when no answer
 * was wrong, memory is flat and no socket is left.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildWorker } from '../support/proxy-process/build-worker.ts';
import { Random } from '../support/random.ts';
import { stopAll, track } from '../support/proxy-process/processes.ts';
import { credential, ProxyProcess } from '../support/proxy-process/proxy-process.ts';
import { table } from '../support/table.ts';
import { median } from '../support/statistics.ts';
import { SoakClient, type Totals } from './load.ts';
import type { ToUpstream, UpstreamReport } from './upstream.ts';

const usage = `npm run soak -- [--minutes N] [--clients N] [--seed N]
npm run soak -- --cycles N [--reloads N]: windows that connect and disconnect, and are loaded again

  --minutes  how long (20)
  --clients  at once (12)
  --seed     of what they do (1)`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '20' },
    clients: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
  },
});
if (values.help) {
  console.log(usage);
  process.exit();
}
const minutes = Number(values.minutes);
const sessionToken = 'canary-soak-session-token-0123456789abcdef';
const rotateEveryMs = 7000;
const maxGrowthMiB = 32;
const mebibyte = 2 ** 20;

class Upstream {
  readonly #child = track(fork(fileURLToPath(new URL('upstream.ts', import.meta.url))));
  port = 0;

  async start(): Promise<void> {
    const [port] = (await once(this.#child, 'message')) as [number];
    this.port = port;
  }

  rotate(authorization: string): void {
    this.#child.send({ type: 'rotate', authorization } satisfies ToUpstream);
  }

  async report(): Promise<UpstreamReport> {
    const answer = once(this.#child, 'message', { signal: AbortSignal.timeout(10_000) });
    this.#child.send({ type: 'report' } satisfies ToUpstream);
    const [report] = (await answer) as [UpstreamReport];
    return report;
  }
}

async function openFiles(pid: number): Promise<number | undefined> {
  return process.platform === 'linux' ? (await readdir(`/proc/${pid}/fd`)).length : undefined;
}

/** Waits until `reached` holds, at most `boundMs`. */
async function settle(reached: () => Promise<boolean>, boundMs: number): Promise<boolean> {
  const bound = Date.now() + boundMs;
  while (Date.now() < bound) {
    if (await reached()) return true;
    await sleep(100);
  }
  return false;
}

async function soak(folder: string): Promise<boolean> {
  const bundle = await buildWorker(folder);
  const upstream = new Upstream();
  await upstream.start();
  let version = 1;
  const authorization = (): string => `Bearer canary-soak-upstream-${version}`;
  upstream.rotate(authorization());
  const proxy = await ProxyProcess.start({
    bundle,
    server: { port: upstream.port },
    sessionToken,
    authorization: authorization(),
  });
  proxy.onWorkerMessage((message) => {
    // What a store would now answer: the newest.
    if (message.type === 'credentialNeeded')
      proxy.post({ type: 'credential', credential: credential(authorization(), version) });
  });
  const pid = proxy.child.pid!;
  const filesBefore = await openFiles(pid);
  const totals: Totals = { requests: 0, kinds: {}, retried: 0, wrong: [] };
  const end = Date.now() + minutes * 60_000;
  const over = (): boolean => Date.now() > end || totals.wrong.length > 50;
  const clients = Array.from({ length: Number(values.clients) }, async (_, index) =>
    new SoakClient(
      `c${index}`,
      { port: proxy.port, sessionToken },
      new Random(Number(values.seed) * 1000 + index),
      totals,
    ).run(over),
  );
  const all = Promise.all(clients);
  const memory: number[] = [];
  let nextRotation = Date.now() + rotateEveryMs;
  let nextLine = 0;
  while (!over()) {
    await sleep(1000);
    memory.push((await proxy.usage()).rssBytes / mebibyte);
    if (Date.now() > nextRotation) {
      version += 1;
      upstream.rotate(authorization());
      nextRotation = Date.now() + rotateEveryMs;
    }
    if (Date.now() > nextLine) {
      nextLine = Date.now() + 60_000;
      console.log(
        `${((end - Date.now()) / 60_000).toFixed(0)} min left, ${totals.requests} requests, ${memory.at(-1)!.toFixed(0)} MiB, ${totals.wrong.length} wrong`,
      );
    }
  }
  await all;
  let report = await upstream.report();
  let statistics = (await proxy.usage()).statistics;
  const quiet = await settle(async () => {
    report = await upstream.report();
    ({ statistics } = await proxy.usage());
    return report.active === 0 && report.connections === 0 && (statistics?.openConnections ?? 0) === 0;
  }, 20_000);
  const filesAfter = await openFiles(pid);
  const third = Math.max(1, Math.floor(memory.length / 3));
  const early = median(memory.slice(third, 2 * third));
  const late = median(memory.slice(-third));
  const checks: readonly (readonly [string, string, boolean])[] = [
    ['answers that were wrong', String(totals.wrong.length), totals.wrong.length === 0],
    ['requests applied twice, or with a wrong credential', String(report.wrong), report.wrong === 0],
    ['requests still open at the tracking server', String(report.active), report.active === 0],
    ['connections left to the tracking server', String(report.connections), report.connections === 0],
    ['connections left at the proxy', String(statistics?.openConnections ?? '-'), quiet],
    [
      'open files before and after',
      `${filesBefore ?? '-'}, ${filesAfter ?? '-'}`,
      (filesAfter ?? 0) <= (filesBefore ?? 0) + 2,
    ],
    [
      'memory, second third and last third',
      `${early.toFixed(0)}, ${late.toFixed(0)} MiB`,
      late - early <= maxGrowthMiB,
    ],
  ];
  console.log(
    `\n${totals.requests} requests in ${minutes} minutes, ${version - 1} rotations, ${totals.retried} answered 503 and tried again,`,
  );
  console.log(
    `${report.unauthorized} answered 401 by the tracking server. ${JSON.stringify(totals.kinds)}\n`,
  );
  for (const text of totals.wrong.slice(0, 20)) console.log(`WRONG: ${text}`);
  console.log(table(checks.map(([name, value, good]) => [name, value, good ? 'good' : 'BAD'])));
  await proxy.stop();
  return checks.every(([, , good]) => good);
}

const folder = await mkdtemp(join(tmpdir(), 'mlflow-soak-'));
try {
  process.exitCode = (await soak(folder)) ? 0 : 1;
} finally {
  await stopAll();
  await rm(folder, { recursive: true, force: true });
}
