/**
 * `npm run soak -- --cycles N --reloads N`: a window that connects, asks and disconnects so many times, with its proxy in
 * a worker and in a process, and one that is loaded again and again. Ends with 0 when nothing has piled up.
 */
import { createHook } from 'node:async_hooks';
import { createServer } from 'node:http';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseArgs } from 'node:util';
import { processOrWorker } from '../../src/connection/process-or-worker.ts';
import type { StartProxyWorker } from '../../src/connection/local-proxy.ts';
import { bootstrapScope } from '../../src/providers/providers.ts';
import { Secret } from '../../src/secret.ts';
import { RecordStorage } from '../../src/vscode/record-storage.ts';
import { privateBytes } from '../bench/process-usage.ts';
import { ConnectedWindow } from '../support/connected-window.ts';
import { encodedStorage } from '../support/heap/encoded-storage.ts';
import { newPlace, processAt, processFile } from '../support/proxy-process/attached-window.ts';
import { onLoopback } from '../support/servers/on-loopback.ts';
import { table } from '../support/table.ts';
import { until } from '../support/until.ts';
import { storedConfiguration } from '../unit/configuration/stored-configuration.ts';

const { values } = parseArgs({
  options: { cycles: { type: 'string', default: '1000' }, reloads: { type: 'string', default: '100' } },
});
const warmUp = 30;
const maxGrowthMiB = 8;
const mebibyte = 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What a process holds. */
interface Held {
  /** Of a process's own memory; for this one, of the heap, after a collection. */
  readonly memoryMiB: number;
  readonly files: number;
  /** What keeps an event loop going: sockets, workers and so on. Only of this process. */
  readonly resources: number;
  /** Also those that keep nothing going, of which Node.js does not tell. Only of this process. */
  readonly timers: number;
}

const timers = new Set<number>();
createHook({
  init: (id, type) => {
    if (type === 'Timeout') timers.add(id);
  },
  destroy: (id) => {
    timers.delete(id);
  },
}).enable();

async function filesOf(pid: number): Promise<number> {
  return process.platform === 'linux' ? (await readdir(`/proc/${pid}/fd`)).length : 0;
}

async function own(): Promise<Held> {
  for (let times = 0; times < 3; times += 1) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const memoryMiB = process.memoryUsage().heapUsed / mebibyte;
  const resources = process.getActiveResourcesInfo().length;
  return { memoryMiB, files: await filesOf(process.pid), resources, timers: timers.size };
}

async function of(pid: number): Promise<Held> {
  const bytes = (await privateBytes(pid)) ?? 0;
  return { memoryMiB: bytes / mebibyte, files: await filesOf(pid), resources: 0, timers: 0 };
}

const folder = await mkdtemp(join(tmpdir(), 'mlflow-cycles-'));
process.env['RUN_FOLDER'] = folder;
const server = await onLoopback(
  createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end('{"experiments":[]}'),
  ),
);
const configuration = { ...storedConfiguration, tracking: { origin: server.url, basePath: '' } };
const memory = new Map<string, unknown>();
const records = new RecordStorage(encodedStorage(), {
  get: (key) => memory.get(key),
  update: async (key, value) => Promise.resolve(void memory.set(key, value)),
});

async function newWindow(start?: StartProxyWorker): Promise<ConnectedWindow> {
  const window = new ConnectedWindow(
    records,
    'one',
    configuration,
    start === undefined ? {} : { startProxy: start },
  );
  const scope = bootstrapScope(configuration.source, configuration.tracking.origin);
  await window.store
    .bootstrap({ scope, about: '' })
    .set('stored.credential', new Secret('canary-cycles-token'));
  await window.approve();
  return window;
}

async function inProcess(): Promise<StartProxyWorker> {
  const place = await newPlace();
  return processOrWorker({
    process: { file: processFile, place: async () => Promise.resolve(place), aloneMs: 20_000 },
    startWorker: () => {
      throw new Error('There is no process.');
    },
    log: (line) => console.error(line),
  });
}

async function connect(window: ConnectedWindow): Promise<void> {
  await window.connection.connect();
  const { kind } = window.connection.state;
  if (kind !== 'connected') throw new Error(`${kind}: ${window.log.join('; ')}`);
}

async function ask({ endpoint }: ConnectedWindow): Promise<void> {
  if (endpoint === undefined) throw new Error('Nothing listens.');
  const response = await fetch(`http://127.0.0.1:${endpoint.port}/api/2.0/mlflow/experiments/search`, {
    headers: { authorization: `Bearer ${endpoint.clientToken}`, connection: 'close' },
  });
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  await response.text();
}

interface Growth {
  readonly name: string;
  readonly times: number;
  readonly before: Held;
  readonly after: Held;
}

async function growth(
  name: string,
  times: number,
  { once, held }: { readonly once: () => Promise<void>; readonly held: () => Promise<Held> },
): Promise<Growth> {
  for (let at = 0; at < warmUp; at += 1) await once();
  const before = await held();
  for (let at = 0; at < times; at += 1) await once();
  let after = await held();
  // What has just been closed takes a moment to be gone.
  const isBack = (): boolean =>
    after.files <= before.files && after.resources <= before.resources && after.timers <= before.timers;
  for (let tries = 0; tries < 50 && !isBack(); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    after = await held();
  }
  return { name, times, before, after };
}

async function cyclesIn(where: string, start: StartProxyWorker | undefined, times: number): Promise<Growth> {
  const window = await newWindow(start);
  return growth(`connect and disconnect, the proxy in a ${where}`, times, {
    once: async () => {
      await connect(window);
      await ask(window);
      await window.connection.disconnect({ revoke: false });
      // Each of these lines is kept by the window of this test only.
      window.log.length = 0;
      window.history.length = 0;
    },
    held: own,
  });
}

async function reloads(times: number): Promise<Growth> {
  const start = await inProcess();
  let window = await newWindow(start);
  await connect(window);
  const pid = await processAt(window.endpoint?.port ?? 0);
  if (pid === undefined) throw new Error('The proxy has no process.');
  const result = await growth('reloads, the process of the proxy', times, {
    once: async () => {
      await window.connection.shutDown();
      window = await newWindow(start);
      await connect(window);
      await ask(window);
    },
    held: async () => of(pid),
  });
  if ((await processAt(window.endpoint?.port ?? 0)) !== pid) throw new Error('It is another process now.');
  await window.connection.disconnect({ revoke: true });
  await until(
    async () => (await processAt(window.endpoint?.port ?? 0)) === undefined,
    () => `process ${pid} is there`,
  );
  return result;
}

try {
  const cycles = Number(values.cycles);
  const results = [
    await cyclesIn('worker', undefined, cycles),
    await cyclesIn('process', await inProcess(), cycles),
    await reloads(Number(values.reloads)),
  ];
  const cell = (before: number, after: number): string => `${before.toFixed(0)} → ${after.toFixed(0)}`;
  console.log(
    table([
      ['what', 'times', 'memory, MiB', 'files', 'resources', 'timers'],
      ...results.map(({ name, times, before, after }) => [
        ...[name, String(times), cell(before.memoryMiB, after.memoryMiB)],
        ...[cell(before.files, after.files), cell(before.resources, after.resources)],
        cell(before.timers, after.timers),
      ]),
    ]),
  );
  const piledUp = results.filter(
    ({ before, after }) =>
      after.memoryMiB - before.memoryMiB > maxGrowthMiB ||
      after.files > before.files ||
      after.resources > before.resources ||
      after.timers > before.timers,
  );
  for (const { name } of piledUp) console.error(`Something has piled up: ${name}.`);
  process.exitCode = piledUp.length === 0 ? 0 : 1;
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
