import { ProxyProcess, type ProxyOptions } from './proxy-process.ts';

export interface ColdStart {
  /** From the call that starts the worker to the first complete answer of the tracking server, in a new process. */
  readonly milliseconds: number;
  /** Resident memory that the worker added, after that answer. */
  readonly rssMiB: number;
}

export async function coldStart(options: ProxyOptions): Promise<ColdStart> {
  const proxy = await ProxyProcess.start({ ...options, firstRequest: '/get' });
  try {
    const { rssBytes } = await proxy.usage();
    return { milliseconds: proxy.firstAnswerMs!, rssMiB: (rssBytes - proxy.rssBeforeBytes) / 2 ** 20 };
  } finally {
    await proxy.stop();
  }
}
