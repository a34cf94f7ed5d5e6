import { mebibyte, title, type Context } from './context.ts';
import { table } from '../support/table.ts';
import { authorization } from './servers.ts';
import { median } from '../support/statistics.ts';
import { ProxyProcess, type ProxyOptions } from '../support/proxy-process/proxy-process.ts';

interface ColdStart {
  /** From the call that starts the worker to the first complete answer of the tracking server, in a new process. */
  readonly milliseconds: number;
  /** Resident memory that the worker added, after that answer. */
  readonly rssMiB: number;
}

async function coldStart(options: ProxyOptions): Promise<ColdStart> {
  const proxy = await ProxyProcess.start({ ...options, firstRequest: '/get' });
  try {
    const { rssBytes } = await proxy.usage();
    return { milliseconds: proxy.firstAnswerMs!, rssMiB: (rssBytes - proxy.rssBeforeBytes) / mebibyte };
  } finally {
    await proxy.stop();
  }
}

/** How long a user waits after the worker is started. */
export async function cold({ options, servers, bundle }: Context): Promise<void> {
  const times: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const started = await coldStart({
      bundle,
      server: servers.upstreams.http.requests,
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
