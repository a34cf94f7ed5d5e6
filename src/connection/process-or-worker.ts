import * as l10n from '@vscode/l10n';
import type { Environment } from '../environment.ts';
import type { StartProxyWorker } from './local-proxy.ts';
import type { ProxyProcessOptions } from './proxy-process.ts';
import type { ProxyWorker, ProxyWorkerListener, ToProxy } from './proxy-worker.ts';

export interface ProcessOrWorkerOptions {
  readonly process: ProxyProcessOptions;
  readonly startWorker: StartProxyWorker;
  readonly log: (line: string) => void;
}

/** A window that closes for good is not told from one that is loaded again, which takes seconds. */
const maxAloneMs = 120_000;

/** Whoever wants the proxy to end sooner after the last window says so in the environment of VS Code. */
export function aloneMsOf(environment: Environment): number {
  const text = environment['MLFLOW_SECRETS_AUTH_PROXY_LINGER_SECONDS']?.trim() ?? '';
  const seconds = text === '' ? NaN : Number(text);
  return seconds >= 0 ? Math.min(seconds * 1000, maxAloneMs) : maxAloneMs;
}

/** The proxy in a process of its own; in a worker thread where there can be no process, and then for this window only. */
export function processOrWorker(options: ProcessOrWorkerOptions): StartProxyWorker {
  return (listener) => {
    let current = startProcess(options, listener, (posted) => {
      const worker = options.startWorker(listener);
      for (const message of posted) worker.post(message);
      current = Promise.resolve(worker);
    });
    return {
      post: (message) => void current.then((worker) => worker.post(message)),
      isThere: async () => (await (await current).isThere?.()) ?? false,
      leave: async () => (await current).leave(),
      close: async (how) => (await current).close(how),
    };
  };
}

async function startProcess(
  { process, log }: ProcessOrWorkerOptions,
  listener: ProxyWorkerListener,
  unable: (posted: readonly ToProxy[]) => void,
): Promise<ProxyWorker> {
  const { ProxyProcess } = await import('./attach.ts');
  return new ProxyProcess(process, listener, (reason, posted) => {
    log(
      l10n.t(
        'The local proxy runs in this window and ends with it: a process of its own could not be started ({0}).',
        reason,
      ),
    );
    unable(posted);
  });
}
