/**
 * A process of its own that stands for the extension host with one window after the other. Whoever looks for a secret in
 * its memory must not put it there: secrets come encoded, and nothing here keeps them. Spoken to over Node's IPC channel.
 */
import { syncBuiltinESMExports } from 'node:module';
import workerThreads from 'node:worker_threads';
import type { ConnectionConfiguration } from '../../../src/configuration/configuration.ts';
import { bootstrapScope } from '../../../src/providers/providers.ts';
import type { BootstrapName } from '../../../src/providers/source.ts';
import { Secret } from '../../../src/secret.ts';
import type { ConnectedWindow, Reading } from '../connected-window.ts';
import { dump } from './dump.ts';
import { encodedStorage } from './encoded-storage.ts';

export type WindowOrder =
  | {
      readonly do: 'open';
      readonly configuration: ConnectionConfiguration;
      readonly name: BootstrapName;
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
const { RecordStorage } = await import('../../../src/vscode/record-storage.ts');

/** All stay, as what one of them kept would. */
const windows: ConnectedWindow[] = [];

function current(): ConnectedWindow {
  const window = windows.at(-1);
  if (window === undefined) throw new Error('No window is open.');
  return window;
}

async function open({ configuration, name, entered }: Extract<WindowOrder, { do: 'open' }>): Promise<void> {
  const memory = new Map<string, unknown>();
  const records = new RecordStorage(encodedStorage(), {
    get: (key) => memory.get(key),
    update: async (key, value) => Promise.resolve(void memory.set(key, value)),
  });
  const window = new Window(records, `window-${windows.length}`, configuration);
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
      return { files: await dump(order.folder, workers) };
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
