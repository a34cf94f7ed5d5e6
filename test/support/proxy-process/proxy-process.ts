import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromWorker, ProxyStatistics, ToWorker } from '../../../src/proxy/messages.ts';
import { stop, track } from './processes.ts';
import type { FromHost, HostUsage, ToHost } from './proxy-host.ts';

/** On loopback. */
export interface TrackingServer {
  readonly port: number;
  /** Of its certificate, PEM; it speaks plain http without. */
  readonly ca?: string | undefined;
}

export interface ProxyOptions {
  /** The worker's bundle. */
  readonly bundle: string;
  readonly server: TrackingServer;
  readonly sessionToken: string;
  /** The value of `Authorization` that the tracking server asks for. */
  readonly authorization: string;
  /** A path that the host asks for as soon as the proxy listens; see `firstAnswerMs`. */
  readonly firstRequest?: string;
  readonly execArgv?: readonly string[];
}

/** The proxy as shipped, in a process of its own that stands for the extension host. */
export class ProxyProcess {
  readonly child: ChildProcess;
  readonly port: number;
  /** Resident memory of the host process before the worker was started. */
  readonly rssBeforeBytes: number;
  /** From the worker's start to the answer to `firstRequest`. */
  readonly firstAnswerMs: number | undefined;
  readonly #listeners = new Set<(message: FromWorker) => void>();

  private constructor(child: ChildProcess, ready: FromHost & { readonly type: 'ready' }) {
    this.child = child;
    this.port = ready.port;
    this.rssBeforeBytes = ready.rssBeforeBytes;
    this.firstAnswerMs = ready.firstAnswerMs;
    child.on('message', (message: FromHost) => {
      if (message.type === 'worker') for (const listener of this.#listeners) listener(message.message);
    });
  }

  static async start(options: ProxyOptions): Promise<ProxyProcess> {
    const host = fileURLToPath(new URL('proxy-host.ts', import.meta.url));
    const child = track(fork(host, [], { execArgv: [...(options.execArgv ?? [])] }));
    const ready = next(child, (message) => (message.type === 'ready' ? message : undefined));
    post(child, {
      type: 'start',
      bundle: options.bundle,
      firstRequest: options.firstRequest,
      sessionToken: options.sessionToken,
      messages: [
        { type: 'listen', port: 0, sessionToken: options.sessionToken },
        upstream(options.server),
        { type: 'credential', credential: credential(options.authorization, 1) },
      ],
    });
    return new ProxyProcess(child, await ready);
  }

  onWorkerMessage(listener: (message: FromWorker) => void): void {
    this.#listeners.add(listener);
  }

  post(message: ToWorker): void {
    post(this.child, { type: 'post', message });
  }

  /** To another tracking server; the proxy forgets the credential of the one before. */
  switchUpstream(server: TrackingServer, authorization: string): void {
    this.post(upstream(server));
    this.post({ type: 'credential', credential: credential(authorization, 1) });
  }

  /** Starts to look for the highest resident memory, anew. */
  sampleMemory(): void {
    post(this.child, { type: 'sampleMemory' });
  }

  async usage(): Promise<HostUsage & { readonly statistics: ProxyStatistics | undefined }> {
    const answer = next(this.child, (message) => (message.type === 'usage' ? message : undefined));
    post(this.child, { type: 'usage' });
    const { usage, statistics } = await answer;
    return { ...usage, statistics };
  }

  /** Keeps the main thread busy for `ms`; resolves when that begins. */
  async block(ms: number): Promise<void> {
    const blocking = next(this.child, (message) => (message.type === 'blocking' ? true : undefined));
    post(this.child, { type: 'block', ms });
    await blocking;
  }

  async stop(): Promise<void> {
    await stop(this.child);
  }
}

export function upstream({ port, ca }: TrackingServer): ToWorker {
  return {
    type: 'upstream',
    upstream: {
      id: '',
      origin: `${ca === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
      basePath: '',
      httpProxy: undefined,
      trust: { kind: 'roots', added: ca === undefined ? [] : [ca], isComplete: true },
      clientCertificate: undefined,
    },
  };
}

export function credential(
  headerValue: string,
  version: number,
): (ToWorker & { type: 'credential' })['credential'] {
  const farAway = Date.now() + 24 * 3600_000;
  return {
    kind: 'ready',
    headerName: 'Authorization',
    headerValue,
    version,
    refreshAt: farAway,
    expiresAt: farAway,
  };
}

function post(child: ChildProcess, message: ToHost): void {
  child.send(message);
}

/** The first message that `pick` takes, within a minute. Several may come at once, so one listener hears them all. */
async function next<T>(child: ChildProcess, pick: (message: FromHost) => T | undefined): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(new Error('The proxy’s process does not respond')), 60_000);
  const look = (message: FromHost): void => {
    const picked = pick(message);
    if (picked !== undefined) resolve(picked);
  };
  child.on('message', look);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    child.off('message', look);
  }
}
