import { parentPort, workerData } from 'node:worker_threads';
import * as l10n from '@vscode/l10n';
import type { FromWorker, ToWorker, WorkerData } from './messages.ts';
import { ProxyServer, proxyDefaults } from './server.ts';

/** The entry of the worker thread, which ends after a `close` message, or with its parent. */
const port = parentPort;
if (port === null) throw new Error('The proxy runs in a worker thread.');

const { texts } = (workerData ?? { texts: undefined }) as WorkerData;
if (texts !== undefined) l10n.config({ contents: texts });

const server = new ProxyServer((message: FromWorker) => port.postMessage(message), proxyDefaults);
port.on('message', (message: ToWorker) => {
  server.receive(message);
  if (message.type === 'close') port.close();
});
