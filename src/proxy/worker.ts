import { parentPort } from 'node:worker_threads';
import type { FromWorker, ToWorker } from './messages.ts';
import { ProxyServer, proxyDefaults } from './server.ts';

/** The worker thread's entry. It ends when it is told to close, or by its parent. */
const port = parentPort;
if (port === null) throw new Error('The proxy runs in a worker thread.');

const server = new ProxyServer((message: FromWorker) => port.postMessage(message), proxyDefaults);
port.on('message', (message: ToWorker) => {
  server.receive(message);
  if (message.type === 'close') port.close();
});
