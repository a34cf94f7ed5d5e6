import { Worker } from 'node:worker_threads';
import type { WorkerOptions } from 'node:worker_threads';
import type { FromWorker, ToWorker } from '../proxy/messages.ts';

export interface ProxyWorker {
  post(message: ToWorker): void;
  /** Ends the worker; resolves when it is gone. */
  close(): Promise<void>;
}

export interface ProxyWorkerListener {
  onMessage(message: FromWorker): void;
  /** The worker died without being asked. */
  onExit(reason: string): void;
}

/** How long a worker may take to end by itself, in milliseconds. */
const closeTimeoutMs = 2000;

/**
 * What is made for one request is soon garbage: a young generation that fits into the processor's cache, collected by
 * one thread, costs less than the usual 16 MB.
 */
export const workerOptions: WorkerOptions = {
  name: 'mlflow-secrets-auth-proxy',
  env: {},
  execArgv: [],
  resourceLimits: { maxYoungGenerationSizeMb: 2 },
};

/** Starts the proxy in a worker thread. `workerFile`: the bundle, or `worker.ts` itself. */
export function startProxyWorker(workerFile: string, listener: ProxyWorkerListener): ProxyWorker {
  const worker = new Worker(workerFile, workerOptions);
  let reason = 'ended';
  let isClosing = false;
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      resolve();
      if (!isClosing) listener.onExit(code === 0 ? reason : `${reason}, exit code ${code}`);
    });
  });
  worker.on('message', (message: FromWorker) => listener.onMessage(message));
  worker.on('error', (error: unknown) => {
    reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  });
  return {
    post: (message) => worker.postMessage(message),
    close: async () => {
      isClosing = true;
      worker.postMessage({ type: 'close' } satisfies ToWorker);
      const timer = setTimeout(() => void worker.terminate(), closeTimeoutMs);
      await gone;
      clearTimeout(timer);
    },
  };
}
