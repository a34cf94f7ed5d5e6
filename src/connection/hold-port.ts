import { setTimeout as sleep } from 'node:timers/promises';
import { atMost } from '../deadline.ts';
import type { ToProcess } from '../proxy/control/control-messages.ts';
import type { ProxyResponse } from '../proxy/messages.ts';
import { connectControl, digestOf } from './control-connection.ts';
import type { Attached } from './control-connection.ts';
import type { ControlPlace } from './control-place.ts';
import type { Listening } from './local-proxy-options.ts';
import type { ProxyProcessOptions } from './proxy-process.ts';
import type { ProxyWorker, ProxyWorkerListener } from './proxy-worker.ts';
import { spawnProxy } from './spawn-proxy.ts';

/** What listens at the port, and has nothing to forward. */
export interface PortHolder {
  readonly gone: Promise<unknown>;
  release(): Promise<void>;
}

type StartProxyWorker = (listener: ProxyWorkerListener) => ProxyWorker;

export interface HoldPortOptions {
  readonly process: ProxyProcessOptions;
  /** Where there can be no process. */
  readonly startWorker: StartProxyWorker;
}

const releaseTimeoutMs = 500;
/** For the process of the connection to be gone. */
const endingAttempts = 40;
const endingIntervalMs = 50;

/** Listens in a new process, or a new worker, that answers everybody who has the token with `response`. */
export async function holdPort(
  { process, startWorker }: HoldPortOptions,
  listening: Listening,
  response: ProxyResponse,
): Promise<PortHolder | undefined> {
  const outcome = await byProcess(process, listening, response).catch(() => 'unable' as const);
  if (outcome === 'taken') return undefined;
  return outcome === 'unable' ? byWorker(startWorker, listening, response) : outcome;
}

/** `taken`: another window of the workspace is connected, or another program has the port. */
async function byProcess(
  { file, place: placeOf, texts, aloneMs, folder = '' }: ProxyProcessOptions,
  { port, sessionToken }: Listening,
  response: ProxyResponse,
): Promise<PortHolder | 'taken' | 'unable'> {
  const place = await placeOf();
  if (place === undefined) return 'unable';
  const bundle = await digestOf(file);
  const before = await settled(place, bundle);
  if (before !== 'absent') {
    if (typeof before === 'object') before.socket.destroy();
    return 'taken';
  }
  const report = await spawnProxy(file, {
    ...{ controlPath: place.path, key: place.key.toString('base64url'), bundle, texts, aloneMs, folder },
    listen: { type: 'listen', port, sessionToken },
  });
  if (report.type === 'noControl') return 'unable';
  const attached = report.type === 'ready' ? await connectControl(place, bundle) : 'absent';
  if (typeof attached === 'string') return 'taken';
  const { socket } = attached;
  const gone = new Promise<void>((resolve) => socket.listen(() => undefined, resolve));
  const hold: ToProcess = { type: 'hold', response };
  socket.send(hold);
  return {
    gone,
    release: async () => {
      socket.send({ type: 'leave' });
      socket.end();
      await atMost(gone, releaseTimeoutMs);
      socket.destroy();
    },
  };
}

/** The process of the connection may be ending yet. */
async function settled(place: ControlPlace, bundle: string): Promise<Attached> {
  for (let attempt = 1; ; attempt += 1) {
    const attached = await connectControl(place, bundle);
    if (attached !== 'closed' || attempt >= endingAttempts) return attached;
    await sleep(endingIntervalMs);
  }
}

async function byWorker(
  start: StartProxyWorker,
  { port, sessionToken }: Listening,
  response: ProxyResponse,
): Promise<PortHolder | undefined> {
  const listens = Promise.withResolvers<boolean>();
  const gone = Promise.withResolvers<undefined>();
  const worker = start({
    onMessage: ({ type }) => {
      if (type === 'listening' || type === 'listenFailed') listens.resolve(type === 'listening');
    },
    onExit: () => {
      listens.resolve(false);
      gone.resolve(undefined);
    },
    onEnded: () => undefined,
  });
  worker.post({ type: 'credential', credential: { kind: 'unavailable', response } });
  worker.post({ type: 'listen', port, sessionToken });
  const release = async (): Promise<void> => worker.close();
  if (await listens.promise) return { gone: gone.promise, release };
  await release();
  return undefined;
}
