/**
 * A process of its own that stands for the extension host: it runs the proxy's worker as shipped, gives it
 * the credential, and can be blocked. Spoken to over Node's IPC channel; see `proxy-process.ts`.
 */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Worker } from 'node:worker_threads';
import { workerOptions } from '../../../src/connection/proxy-worker.ts';
import type { FromWorker, ProxyStatistics, ToWorker } from '../../../src/proxy/messages.ts';

export type ToHost =
  | {
      readonly type: 'start';
      readonly bundle: string;
      readonly messages: readonly ToWorker[];
      /** A path to ask for, with the session token, as soon as the worker listens. */
      readonly firstRequest: string | undefined;
      readonly sessionToken: string;
    }
  | { readonly type: 'post'; readonly message: ToWorker }
  | { readonly type: 'block'; readonly ms: number }
  | { readonly type: 'sampleMemory' }
  | { readonly type: 'usage' };

export interface HostUsage {
  readonly rssBytes: number;
  /** Highest since `sampleMemory`. */
  readonly peakRssBytes: number;
  readonly cpuMicroseconds: number;
}

export type FromHost =
  | {
      readonly type: 'ready';
      readonly port: number;
      readonly rssBeforeBytes: number;
      /** From the worker's start to the first request's whole answer. */
      readonly firstAnswerMs: number | undefined;
    }
  | { readonly type: 'usage'; readonly usage: HostUsage; readonly statistics: ProxyStatistics | undefined }
  | { readonly type: 'blocking' }
  | { readonly type: 'worker'; readonly message: FromWorker };

let worker: Worker | undefined;
let statistics: ProxyStatistics | undefined;
let peakRssBytes = 0;
let sampler: NodeJS.Timeout | undefined;

function send(message: FromHost): void {
  process.send?.(message);
}

function sample(): number {
  const rss = process.memoryUsage.rss();
  peakRssBytes = Math.max(peakRssBytes, rss);
  return rss;
}

function start(message: ToHost & { readonly type: 'start' }): void {
  const rssBeforeBytes = process.memoryUsage.rss();
  const begun = performance.now();
  worker = new Worker(message.bundle, workerOptions);
  worker.on('error', (error) => {
    throw error;
  });
  worker.on('message', (fromWorker: FromWorker) => {
    switch (fromWorker.type) {
      case 'statistics':
        statistics = fromWorker.statistics;
        return;
      case 'listening':
        void answered(fromWorker.port, message).then((done) => {
          const firstAnswerMs = done ? performance.now() - begun : undefined;
          send({ type: 'ready', port: fromWorker.port, rssBeforeBytes, firstAnswerMs });
        });
        return;
      case 'listenFailed':
        throw new Error(`The proxy does not listen: ${fromWorker.code}`);
      case 'credentialNeeded':
      case 'credentialOutcome':
      case 'denied':
      case 'lent':
      case 'upstreamTrouble':
      case 'drained':
      case 'closed':
        send({ type: 'worker', message: fromWorker });
        return;
    }
  });
  for (const first of message.messages) worker.postMessage(first);
}

async function answered(port: number, message: ToHost & { readonly type: 'start' }): Promise<boolean> {
  if (message.firstRequest === undefined) return false;
  const headers = { authorization: `Bearer ${message.sessionToken}` };
  const answer = get({ host: '127.0.0.1', port, path: message.firstRequest, headers, agent: false });
  const [response] = (await once(answer, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200)
    throw new Error(`The first request was answered ${response.statusCode ?? 0}`);
  await once(response.resume(), 'end');
  return true;
}

function onHostMessage(message: ToHost): void {
  switch (message.type) {
    case 'start':
      start(message);
      return;
    case 'post':
      worker?.postMessage(message.message);
      return;
    case 'block': {
      send({ type: 'blocking' });
      // The message must have left before the thread stops for a while.
      setImmediate(() => {
        const end = performance.now() + message.ms;
        while (performance.now() < end);
      });
      return;
    }
    case 'sampleMemory':
      peakRssBytes = 0;
      sampler ??= setInterval(sample, 25);
      sample();
      return;
    case 'usage': {
      const rssBytes = sample();
      const { user, system } = process.cpuUsage();
      send({ type: 'usage', usage: { rssBytes, peakRssBytes, cpuMicroseconds: user + system }, statistics });
      return;
    }
  }
}

process.on('message', onHostMessage);
process.on('disconnect', () => process.exit(0));
