import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './clients.ts';
import type { ClientLog, ClientOptions } from './clients.ts';
import { watchStatus } from './eyes.ts';
import type { Fault } from './fault.ts';
import { readBack } from './read-back.ts';
import type { Scene } from './scene.ts';

/** What came of making a fault once. */
export interface Trial {
  readonly lost: number;
  readonly doubled: number;
  /** Files that the server does not have as they were sent. */
  readonly differing: number;
  /** Requests that MLflow's client gave up. */
  readonly failed: number;
  /** Attempts that MLflow's client made again. */
  readonly retried: number;
  readonly longestPauseMs: number;
  /** Processes of the extension beyond those that serve an open window. */
  readonly left: number;
  /** From the end of the trouble until the status bar says "connected" and every client works; `undefined`: never. */
  readonly healthySeconds: number | undefined;
  /** How often the upload was sent; 0 without one. Two at least where a connection was cut. */
  readonly uploads: number;
  /** What the status bar said, in this order. */
  readonly seen: readonly string[];
  /** The first words that Python raised. */
  readonly raised: string | undefined;
  /** Why the first attempt was made again. */
  readonly retriedBecause: string | undefined;
}

const searchProcesses = 16;
const scriptPauseMs = 50;
/** As long as leaves two cores something to do beside it. */
const pausesMs = { others: 250, search: 4000 };
const smallFileBytes = 200_000;
const usualUploadBytes = 200_000_000;
const uploadBytesPerSecond = 25_000_000;
/** MLflow's client retries for 244 s, and some of that at random. */
const patienceMs = 300_000;
const startMs = 180_000;

/**
 * Lets clients log, makes the fault, waits until all is well again, and reads back what the server has. `isBrief`: nothing
 * large is uploaded meanwhile.
 */
export async function play(scene: Scene, fault: Fault, { isBrief = false } = {}): Promise<Trial> {
  const uploadBytes = isBrief ? 0 : (fault.uploadBytes ?? usualUploadBytes);
  const uploadsBefore = scene.servers.mlflowFront.uploads;
  const clients = await startClients(scene, fault, uploadBytes);
  const status = watchStatus(() => scene.workbench);
  let healthySeconds: number | undefined;
  let logs: readonly ClientLog[];
  try {
    await fault.strike(scene, clients);
    healthySeconds = await secondsUntilHealthy(scene, fault.endsAccess === true ? [] : clients);
  } finally {
    logs = await Promise.all(clients.map(async (client) => client.stop(patienceMs)));
    scene.servers.mlflowFront.uploadBytesPerSecond = Infinity;
    status.stop();
  }
  const read = [];
  for (const log of logs) read.push(await readBack(scene.servers.mlflow, log));
  const failures = logs.flatMap(({ failures }) => failures);
  const retries = logs.flatMap(({ retries }) => retries);
  return {
    lost: sum(read.map(({ lost }) => lost)),
    doubled: sum(read.map(({ doubled }) => doubled)),
    differing: fault.endsAccess === true ? 0 : sum(read.map(({ differing }) => differing)),
    failed: failures.length,
    retried: retries.length,
    longestPauseMs: Math.max(...logs.map(({ longestPauseMs }) => longestPauseMs)),
    left: await scene.leftProcesses(),
    healthySeconds,
    uploads: uploadBytes > 0 ? scene.servers.mlflowFront.uploads - uploadsBefore - (clients.length - 1) : 0,
    seen: status.seen,
    raised: failures[0],
    retriedBecause: retries[0],
  };
}

/** A script in a terminal, one in tmux, a notebook's kernel, and a search of 16 processes; all log before this resolves. */
async function startClients(
  scene: Scene,
  { endsTerminals }: Fault,
  uploadBytes: number,
): Promise<readonly Client[]> {
  const { terminal: address, tmux, kernel } = await scene.clientPrograms();
  const common = { experiment: '0', pauseMs: scriptPauseMs, bytes: smallFileBytes, uploadsFirst: false };
  const options: ClientOptions[] = [
    ...(endsTerminals === true ? [] : [{ ...common, name: 'terminal', detached: false }]),
    ...Array.from({ length: searchProcesses }, (_, index) => ({
      ...common,
      name: `search ${index + 1}`,
      pauseMs: pausesMs.search,
      detached: true,
    })),
  ];
  const clients = await Promise.all([
    ...options.map(async (one) => Client.start(address, one)),
    Client.start(tmux, { ...common, name: 'tmux', detached: false, pauseMs: pausesMs.others }),
    Client.start(kernel, { ...common, name: 'kernel', detached: false, pauseMs: pausesMs.others }),
  ]);
  const started = AbortSignal.timeout(startMs);
  await Promise.all(clients.map(async (client) => client.works(started)));
  if (uploadBytes === 0) return clients;
  scene.servers.mlflowFront.uploadBytesPerSecond = uploadBytesPerSecond;
  const before = scene.servers.mlflowFront.uploadedBytes;
  const large = { ...common, name: 'upload', detached: true, bytes: uploadBytes, uploadsFirst: true };
  clients.push(await Client.start(address, large));
  while (scene.servers.mlflowFront.uploadedBytes < before + Math.min(uploadBytes, usualUploadBytes) / 10) {
    started.throwIfAborted();
    await sleep(20);
  }
  return clients;
}

async function secondsUntilHealthy(scene: Scene, clients: readonly Client[]): Promise<number | undefined> {
  const begun = performance.now();
  const patience = AbortSignal.timeout(patienceMs);
  try {
    await Promise.all([scene.isConnected(patienceMs), ...clients.map(async (one) => one.works(patience))]);
  } catch (error) {
    console.error(`      ${String(error)}`);
    return undefined;
  }
  return Math.round((performance.now() - begun) / 100) / 10;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
