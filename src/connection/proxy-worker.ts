import { Worker } from 'node:worker_threads';
import type { WorkerOptions } from 'node:worker_threads';
import * as l10n from '@vscode/l10n';
import type { Prepare, WentOn } from '../proxy/control/control-messages.ts';
import type { FromWorker, Texts, ToWorker, WorkerData } from '../proxy/messages.ts';

export type ToProxy = ToWorker | Prepare;

/** The proxy as this window has it: in a worker thread of its own, or in a process that it shares. */
export interface ProxyWorker {
  /** What only a process has use for goes to none else. */
  post(message: ToProxy): void;
  /** Before it listens: whether it has gone on without this window. Only a process does. */
  isThere?(): Promise<boolean>;
  /** The window closes or is loaded again: where the proxy has a process, that goes on for a while. */
  leave(): Promise<void>;
  /** Ends it, unless other windows use it and it is not to end `forAll`; resolves when it is gone. */
  close(options?: { readonly forAll?: boolean }): Promise<void>;
}

export interface ProxyWorkerListener {
  onMessage(message: FromWorker): void;
  /** It ended without being asked to. */
  onExit(reason: string): void;
  /** Another window ended it for all. */
  onEnded(): void;
  /** It served while no window was there. */
  onWentOn?(wentOn: WentOn): void;
}

/** For a worker to end after a `close` message. */
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

/**
 * Starts the proxy in a worker thread. `workerFile`: the bundle, or `worker.ts` itself. `texts`: what it says to Python
 * in the user's language, as `vscode.l10n.bundle` has it; English without.
 */
export function startProxyWorker(
  workerFile: string,
  listener: ProxyWorkerListener,
  texts?: Texts,
): ProxyWorker {
  const workerData: WorkerData = { texts };
  const worker = new Worker(workerFile, { ...workerOptions, workerData });
  let reason: string | undefined;
  let isClosing = false;
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      resolve();
      if (!isClosing) listener.onExit(reason ?? l10n.t('exit code {0}', code));
    });
  });
  worker.on('message', (message: FromWorker) => listener.onMessage(message));
  worker.on('error', (error: unknown) => {
    reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  });
  const close = async (): Promise<void> => {
    isClosing = true;
    worker.postMessage({ type: 'close' } satisfies ToWorker);
    const timer = setTimeout(() => void worker.terminate(), closeTimeoutMs);
    await gone;
    clearTimeout(timer);
  };
  const post = (message: ToProxy): void => {
    if (message.type !== 'prepare') worker.postMessage(message);
  };
  return { post, leave: close, close };
}
