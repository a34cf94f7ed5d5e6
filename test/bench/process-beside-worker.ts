import { AttachedWindow, newPlace } from '../support/proxy-process/attached-window.ts';
import { buildProcess } from '../support/proxy-process/build-worker.ts';
import { credential, upstream } from '../support/proxy-process/proxy-process.ts';
import { median, pairedRatio } from '../support/statistics.ts';
import { table } from '../support/table.ts';
import { mebibyte, title, whole, type Context } from './context.ts';
import { privateBytes } from './process-usage.ts';
import { authorization } from './servers.ts';
import type { Target } from './target.ts';
import { connectionCases } from './throughput.ts';
import { wrk, type WrkLoad, type WrkResult } from './wrk.ts';

/** The proxy in a process of its own, as most have it, beside the one in a worker thread. */
export async function processBesideWorker(context: Context): Promise<void> {
  const { options, servers, folder, ratios } = context;
  title(`Process beside worker (wrk, ${options.wrkSeconds} s each, ${options.rounds} rounds; medians)`);
  const file = await buildProcess(folder);
  const begun = performance.now();
  const window = new AttachedWindow(await newPlace(), { file });
  try {
    window.post(upstream(servers.upstreams.http.requests));
    window.post({ type: 'credential', credential: credential(authorization, 1) });
    await window.listen(0, servers.sessionToken);
    const startMs = performance.now() - begun;
    const worker = servers.targets.http.proxy;
    const own: Target = { ...worker, port: window.port };
    const rows = [['case', 'worker/s', 'process/s', 'process / worker', 'p99, process / worker']];
    for (const { name, load } of connectionCases) {
      const measured = await sideBySide(
        worker,
        own,
        { ...load, seconds: options.wrkSeconds },
        options.rounds,
      );
      const rate = measured.ratio('requestsPerSecond');
      const p99 = measured.ratio('p99us');
      rows.push([name, ...measured.rates().map(whole), rate.toFixed(2), p99.toFixed(2)]);
      ratios[ratioNames[name]] = rate;
      if (name === 'rps16') ratios.processP99 = p99;
    }
    console.log(table(rows));
    const bytes = await privateBytes(window.pid);
    const memory = bytes === undefined ? '-' : `${whole(bytes / mebibyte)} MiB`;
    console.log(
      table([
        ['attached to a new process, until it listens', `${startMs.toFixed(0)} ms`],
        ['its memory that it shares with nobody, after all that', memory],
      ]),
    );
  } finally {
    await window.end();
  }
}

const ratioNames = { rps1: 'processRps1', rps16: 'processRps16', rps256: 'processRps256' } as const;

async function sideBySide(
  worker: Target,
  own: Target,
  load: WrkLoad,
  rounds: number,
): Promise<{
  readonly ratio: (figure: 'requestsPerSecond' | 'p99us') => number;
  readonly rates: () => readonly number[];
}> {
  const results = { worker: [] as WrkResult[], own: [] as WrkResult[] };
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? (['worker', 'own'] as const) : (['own', 'worker'] as const);
    for (const which of order) results[which].push(await wrk(which === 'own' ? own : worker, load));
  }
  const of = (which: 'worker' | 'own', figure: 'requestsPerSecond' | 'p99us'): number[] =>
    results[which].map((result) => result[figure]);
  return {
    ratio: (figure) => pairedRatio(of('own', figure), of('worker', figure)),
    rates: () => [median(of('worker', 'requestsPerSecond')), median(of('own', 'requestsPerSecond'))],
  };
}
