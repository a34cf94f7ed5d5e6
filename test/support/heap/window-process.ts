/**
 * A process of its own that stands for the extension host with one window after the other. Whoever looks for a secret in
 * its memory must not put it there: secrets come encoded, and nothing here keeps them. Spoken to over Node's IPC channel.
 */
import { existsSync } from 'node:fs';
import { copyFile, readdir, rm } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import workerThreads from 'node:worker_threads';
import type { ConnectionConfiguration } from '../../../src/configuration/configuration.ts';
import { bootstrapScope } from '../../../src/providers/providers.ts';
import type { BootstrapName } from '../../../src/providers/source.ts';
import { Secret } from '../../../src/secret.ts';
import type { ConnectedWindow, Reading } from '../connected-window.ts';
import type { HoldPort } from '../../../src/connection/held-port.ts';
import type { StartProxyWorker } from '../../../src/connection/local-proxy.ts';
import { dump, turnOverPool } from './dump.ts';
import { dumpFolderOf } from './dump-folder.ts';
import { encodedStorage } from './encoded-storage.ts';

export type WindowOrder =
  | {
      readonly do: 'open';
      readonly configuration: ConnectionConfiguration;
      readonly name: BootstrapName;
      /** Where its proxy runs. */
      readonly where: 'worker' | 'process';
      /** As hexadecimal digits. */
      readonly entered: string;
    }
  | { readonly do: 'connect' | 'refresh' | 'reconsider' | 'forget' | 'shutDown' }
  /** Not waited for. */
  | { readonly do: 'startConnecting' }
  | { readonly do: 'disconnect'; readonly revoke: boolean }
  | { readonly do: 'set'; readonly isTrusted?: boolean; readonly reading?: Reading; readonly origin?: string }
  /** As Python does. */
  | { readonly do: 'request' }
  | { readonly do: 'dump'; readonly folder: string };

export interface WindowAnswer {
  readonly state?: string;
  readonly files?: readonly string[];
  readonly failure?: string;
}

const workers = new Set<workerThreads.Worker>();
workerThreads.Worker = class extends workerThreads.Worker {
  constructor(...parameters: ConstructorParameters<typeof workerThreads.Worker>) {
    super(...parameters);
    workers.add(this);
    this.once('exit', () => workers.delete(this));
  }
};
syncBuiltinESMExports();
// Only now, as they take the class when they are loaded.
const { ConnectedWindow: Window } = await import('../connected-window.ts');
const { processOrWorker } = await import('../../../src/connection/process-or-worker.ts');
const { holdPort } = await import('../../../src/connection/hold-port.ts');
const { newPlace, processAt } = await import('../proxy-process/attached-window.ts');
const { RecordStorage } = await import('../../../src/vscode/record-storage.ts');

/** All stay, as what one of them kept would. */
const windows: ConnectedWindow[] = [];

function current(): ConnectedWindow {
  const window = windows.at(-1);
  if (window === undefined) throw new Error('No window is open.');
  return window;
}

/** In a process that can write what is in its memory. */
async function startProcess(): Promise<{ startProxy: StartProxyWorker; hold: HoldPort }> {
  const place = await newPlace();
  const file = fileURLToPath(new URL('./process-with-dump.ts', import.meta.url));
  const process = { file, place: async () => Promise.resolve(place), aloneMs: 1000 };
  const startWorker = (): never => {
    throw new Error('no process');
  };
  return {
    startProxy: processOrWorker({ process, startWorker, log: () => undefined }),
    hold: async (listening, response) => holdPort({ process, startWorker }, listening, response),
  };
}

/** What the process of the proxy has in its memory, if there still is one. */
async function dumpProcess(folder: string): Promise<readonly string[]> {
  const pid = await processAt(current().endpoint?.port ?? 0);
  if (pid === undefined || pid === process.pid) return [];
  process.kill(pid, 'SIGUSR2');
  const written = dumpFolderOf(pid);
  while (!existsSync(written)) await sleep(20);
  const files: string[] = [];
  for (const name of await readdir(written)) {
    const file = join(folder, `process-${name}`);
    await copyFile(join(written, name), file);
    files.push(file);
  }
  await rm(written, { recursive: true });
  // Something of these paths stays in the common memory, beside which the next secret would.
  turnOverPool();
  return files;
}

async function open({
  configuration,
  name,
  entered,
  where,
}: Extract<WindowOrder, { do: 'open' }>): Promise<void> {
  const memory = new Map<string, unknown>();
  const records = new RecordStorage(encodedStorage(), {
    get: (key) => memory.get(key),
    update: async (key, value) => Promise.resolve(void memory.set(key, value)),
  });
  const start = where === 'process' ? await startProcess() : undefined;
  const window = new Window(records, `window-${windows.length}`, configuration, start);
  windows.push(window);
  const scope = bootstrapScope(configuration.source, configuration.tracking.origin);
  const secret = new Secret(Buffer.from(entered, 'hex').toString());
  await window.store.bootstrap({ scope, about: '' }).set(name, secret);
  await window.approve();
}

async function request(): Promise<void> {
  const { endpoint } = current();
  if (endpoint === undefined) throw new Error('Nothing listens.');
  const response = await fetch(`http://127.0.0.1:${endpoint.port}/api/2.0/mlflow/experiments/search`, {
    headers: { authorization: `Bearer ${endpoint.clientToken}` },
  });
  if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`);
  await response.text();
}

async function perform(order: WindowOrder): Promise<WindowAnswer> {
  switch (order.do) {
    case 'open':
      await open(order);
      break;
    case 'connect':
    case 'reconsider':
    case 'shutDown':
      await current().connection[order.do]();
      break;
    case 'refresh':
      await current().connection.refresh();
      break;
    case 'startConnecting':
      void current().connection.connect();
      break;
    case 'disconnect':
      await current().connection.disconnect({ revoke: order.revoke });
      break;
    case 'forget':
      await current().forget();
      break;
    case 'set': {
      const window = current();
      window.isTrusted = order.isTrusted ?? window.isTrusted;
      window.reading = order.reading ?? window.reading;
      if (order.origin !== undefined) {
        window.configuration = { ...window.configuration, tracking: { origin: order.origin, basePath: '' } };
      }
      break;
    }
    case 'request':
      await request();
      break;
    case 'dump':
      return { files: [...(await dump(order.folder, workers)), ...(await dumpProcess(order.folder))] };
  }
  return { state: current().connection.state.kind };
}

process.on('message', (order: WindowOrder) => {
  const answer = (given: WindowAnswer): unknown => process.send?.(given);
  perform(order).then(answer, (error: unknown) =>
    answer({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.send?.({});
