import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startProxyWorker } from '../../../src/connection/proxy-worker.ts';
import type { CredentialState, FromWorker, ToWorker, Upstream } from '../../../src/proxy/messages.ts';
import { ProxyServer, proxyDefaults } from '../../../src/proxy/server.ts';
import type { ProxyOptions } from '../../../src/proxy/server.ts';

export const sessionToken = 'canary-session-token';
export const upstreamSecret = 'canary-upstream-secret';
export const bearer = `Authorization: Bearer ${sessionToken}`;

export interface TestProxyOptions {
  readonly origin?: string | undefined;
  readonly httpProxy?: string;
  readonly extraCertificates?: readonly string[];
  readonly credential?: CredentialState;
  /** Other limits than as shipped: then the proxy runs in this thread. */
  readonly limits?: {
    readonly [part in keyof ProxyOptions]?: ProxyOptions[part] extends number
      ? number
      : Partial<ProxyOptions[part]>;
  };
}

type Said<T extends FromWorker['type']> = Extract<FromWorker, { type: T }>;

/** The proxy's worker as the extension runs it, listening on a free port. */
export class TestProxy {
  readonly said: FromWorker[] = [];
  /** What the main thread would do on `wanted`. */
  onWanted: (wanted: Said<'credentialNeeded'>) => void = () => undefined;
  port = 0;
  readonly #running: Running;
  readonly #listeners = new Set<() => void>();

  private constructor(limits: TestProxyOptions['limits']) {
    const hear = (message: FromWorker): void => {
      this.said.push(message);
      if (message.type === 'credentialNeeded') this.onWanted(message);
      for (const listener of this.#listeners) listener();
    };
    this.#running = limits === undefined ? inWorker(hear) : inThisThread(hear, limits);
  }

  static async start(options: TestProxyOptions = {}): Promise<TestProxy> {
    const proxy = new TestProxy(options.limits);
    if (options.origin !== undefined) proxy.setUpstream(options.origin, options);
    proxy.setCredential(options.credential ?? credential(1));
    proxy.post({ type: 'listen', port: 0, sessionToken });
    proxy.port = (await proxy.next('listening')).port;
    return proxy;
  }

  post(message: ToWorker): void {
    this.#running.post(message);
  }

  setUpstream(origin: string, rest: Partial<Omit<Upstream, 'origin'>> = {}): void {
    const { httpProxy, extraCertificates = [] } = rest;
    this.post({ type: 'upstream', upstream: { origin, httpProxy, extraCertificates } });
  }

  setCredential(state: CredentialState): void {
    this.post({ type: 'credential', credential: state });
  }

  all<T extends FromWorker['type']>(type: T): Said<T>[] {
    return this.said.filter((message): message is Said<T> => message.type === type);
  }

  /** The first message of a kind, past or to come. */
  async next<T extends FromWorker['type']>(
    type: T,
    fits: (message: Said<T>) => boolean = () => true,
  ): Promise<Said<T>> {
    return until(
      (notify) => {
        this.#listeners.add(notify);
        return () => this.#listeners.delete(notify);
      },
      () => this.all(type).find(fits),
      `the worker's "${type}"`,
    );
  }

  /** A connection of its own, to write any bytes to. */
  async connect(): Promise<RawClient> {
    return RawClient.connect(this.port);
  }

  /** Sends bytes on a fresh connection and gives everything that came until the proxy closed it. */
  async exchange(bytes: string | Buffer): Promise<string> {
    const client = await this.connect();
    client.write(bytes);
    await client.ended();
    return client.text;
  }

  async close(): Promise<void> {
    await this.#running.close();
  }
}

interface Running {
  post(message: ToWorker): void;
  close(): Promise<void>;
}

function inWorker(hear: (message: FromWorker) => void): Running {
  return startProxyWorker(fileURLToPath(new URL('../../../src/proxy/worker.ts', import.meta.url)), {
    onMessage: hear,
    onExit: (reason) => {
      throw new Error(`The proxy's worker died: ${reason}`);
    },
  });
}

function inThisThread(
  hear: (message: FromWorker) => void,
  {
    timeouts: patience,
    gate,
    maxConnections: mostConnections = proxyDefaults.maxConnections,
  }: NonNullable<TestProxyOptions['limits']>,
): Running {
  const server = new ProxyServer((message) => setImmediate(hear, message), {
    timeouts: { ...proxyDefaults.timeouts, ...patience },
    gate: { ...proxyDefaults.gate, ...gate },
    maxConnections: mostConnections,
  });
  return {
    post: (message) => server.receive(message),
    close: async () => {
      server.close();
      return Promise.resolve();
    },
  };
}

/** Version 1 is `canary-upstream-secret`, others have their number behind it. */
export function credential(version: number, headerName = 'Authorization'): CredentialState {
  const later = Date.now() + 3_600_000;
  const secret = version === 1 ? upstreamSecret : `${upstreamSecret}-${version}`;
  return {
    kind: 'ready',
    headerName,
    headerValue: `Bearer ${secret}`,
    version,
    refreshAt: later,
    expiresAt: later,
  };
}

/** Bytes over one TCP connection, without any HTTP client in between. */
export class RawClient {
  readonly socket: Socket;
  received = Buffer.alloc(0);
  #isEnded = false;
  readonly #listeners = new Set<() => void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    const notify = (): void => this.#listeners.forEach((listener) => listener());
    socket.on('data', (bytes: Buffer) => {
      this.received = Buffer.concat([this.received, bytes]);
      notify();
    });
    const end = (): void => {
      this.#isEnded = true;
      notify();
    };
    socket.on('end', end).on('close', end).on('error', end);
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  get text(): string {
    return this.received.toString('latin1');
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  write(bytes: string | Buffer): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  async has(fits: (text: string) => boolean, what: string): Promise<string> {
    return this.#until(
      () => (fits(this.text) ? this.text : undefined),
      `${what} in ${JSON.stringify(this.text)}`,
    );
  }

  async ended(): Promise<void> {
    await this.#until(() => (this.#isEnded ? true : undefined), `the end after ${JSON.stringify(this.text)}`);
  }

  destroy(): void {
    this.socket.destroy();
  }

  async #until<T>(read: () => T | undefined, what: string): Promise<T> {
    return until(
      (notify) => {
        this.#listeners.add(notify);
        return () => this.#listeners.delete(notify);
      },
      read,
      what,
    );
  }
}

/** Waits for a condition that is looked at whenever something happened. */
export async function until<T>(
  subscribe: (notify: () => void) => () => void,
  read: () => T | undefined,
  what: string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let unsubscribe: () => unknown = () => undefined;
    const settle = (): void => {
      const value = read();
      if (value === undefined) return;
      clearTimeout(timer);
      unsubscribe();
      resolve(value);
    };
    const timer = setTimeout(() => {
      unsubscribe();
      reject(new Error(`waited in vain for ${what}`));
    }, 20_000);
    unsubscribe = subscribe(settle);
    settle();
  });
}

/** The status codes of the answers in a stream of them, interim ones left out. */
export function statuses(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 ([2-5]\d\d) /g)].map(([, code]) => Number(code));
}
