import { fileURLToPath } from 'node:url';
import { startProxyWorker } from '../../../src/connection/proxy-worker.ts';
import type { ProxyWorker, ToProxy } from '../../../src/connection/proxy-worker.ts';
import type { CredentialState, FromWorker, ToWorker, Upstream } from '../../../src/proxy/messages.ts';
import { ProxyServer, proxyDefaults } from '../../../src/proxy/server.ts';
import type { ProxyOptions } from '../../../src/proxy/server.ts';
import { Changes } from '../../support/changes.ts';
import { RawClient } from './raw-client.ts';

export const sessionToken = 'canary-session-token';
export const upstreamSecret = 'canary-upstream-secret';
export const bearer = `Authorization: Bearer ${sessionToken}`;

/** Without an origin there is no tracking server yet. */
export interface TestProxyOptions extends Partial<Omit<Upstream, 'httpProxy'>> {
  /** A text: as `http.proxy` would name it. */
  readonly httpProxy?: Upstream['httpProxy'] | string;
  /** To trust beside Node's own. */
  readonly extraCertificates?: readonly string[];
  readonly credential?: CredentialState;
  /** Other limits than as shipped: then the proxy runs in this thread. */
  readonly limits?: {
    readonly [part in keyof ProxyOptions]?: ProxyOptions[part] extends number
      ? number
      : Partial<ProxyOptions[part]>;
  };
}

type Mutable<T> = { -readonly [key in keyof T]: T[key] };

type Message<T extends FromWorker['type']> = Extract<FromWorker, { type: T }>;

/** The proxy's worker as the extension runs it, listening on a free port. */
export class TestProxy {
  /** What the worker sent to the main thread. */
  readonly messages: FromWorker[] = [];
  /** What the main thread would do. */
  onCredentialNeeded: (message: Message<'credentialNeeded'>) => void = () => undefined;
  port = 0;
  readonly #worker: ProxyWorker;
  readonly #timeouts: Mutable<ProxyOptions['timeouts']>;
  readonly #changes = new Changes();
  readonly #clients: RawClient[] = [];

  private constructor(limits: TestProxyOptions['limits']) {
    const receive = (message: FromWorker): void => {
      this.messages.push(message);
      if (message.type === 'credentialNeeded') this.onCredentialNeeded(message);
      this.#changes.notify();
    };
    this.#timeouts = { ...proxyDefaults.timeouts, ...limits?.timeouts };
    this.#worker =
      limits === undefined
        ? inWorker(receive)
        : inThisThread(receive, { ...limits, timeouts: this.#timeouts });
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
    this.#worker.post(message);
  }

  setUpstream(origin: string, rest: Omit<TestProxyOptions, 'origin'> = {}): void {
    const { id = '', basePath = '', httpProxy: named, extraCertificates = [], clientCertificate } = rest;
    const { trust = { kind: 'roots', added: extraCertificates, isComplete: true } } = rest;
    const httpProxy = typeof named === 'string' ? { url: named, from: 'http.proxy' } : named;
    this.post({ type: 'upstream', upstream: { id, origin, basePath, httpProxy, trust, clientCertificate } });
  }

  setCredential(state: CredentialState): void {
    this.post({ type: 'credential', credential: state });
  }

  /** Listens on another port, with this session token. */
  async listenAnew(token: string): Promise<void> {
    const before = this.all('listening').length;
    this.post({ type: 'listen', port: 0, sessionToken: token });
    const isNew = (message: Message<'listening'>): boolean =>
      this.all('listening').indexOf(message) >= before;
    this.port = (await this.next('listening', isNew)).port;
  }

  all<T extends FromWorker['type']>(type: T): Message<T>[] {
    return this.messages.filter((message): message is Message<T> => message.type === type);
  }

  /** The first message of a kind, past or to come. */
  async next<T extends FromWorker['type']>(
    type: T,
    fits: (message: Message<T>) => boolean = () => true,
  ): Promise<Message<T>> {
    return this.#changes.until(() => this.all(type).find(fits), `the worker's "${type}"`);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The field by which a request names this proxy. */
  get host(): string {
    return `Host: 127.0.0.1:${this.port}`;
  }

  /** The head of a request that is let in, such as `GET /x`, with these fields after its own. */
  request(line: string, ...fields: readonly string[]): string {
    return [`${line} HTTP/1.1`, this.host, bearer, ...fields, '', ''].join('\r\n');
  }

  /** Everything that came in response to a GET on a connection of its own. */
  async get(path: string, ...fields: readonly string[]): Promise<string> {
    return this.exchange(this.request(`GET ${path}`, ...fields, 'Connection: close'));
  }

  /** A connection of its own for any bytes, those of a request to begin with. */
  async connect(bytes: string | Buffer = ''): Promise<RawClient> {
    const client = await RawClient.connect(this.port);
    this.#clients.push(client);
    client.write(bytes);
    return client;
  }

  /** Sends bytes on a connection of its own and resolves to everything that came until the proxy closed it. */
  async exchange(bytes: string | Buffer): Promise<string> {
    const client = await this.connect(bytes);
    await client.ended();
    return client.text;
  }

  /** Of a proxy with limits of its own, while it runs. */
  changeTimeouts(changes: Partial<ProxyOptions['timeouts']>): void {
    Object.assign(this.#timeouts, changes);
  }

  async close(): Promise<void> {
    await this.#worker.close();
  }

  /** Also ends the connections of its clients. */
  async dispose(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.destroy();
    await this.close();
  }
}

function inWorker(receive: (message: FromWorker) => void): ProxyWorker {
  return startProxyWorker(fileURLToPath(new URL('../../../src/proxy/worker.ts', import.meta.url)), {
    onMessage: receive,
    onExit: (reason) => {
      throw new Error(`The proxy's worker died: ${reason}`);
    },
    onEnded: () => undefined,
  });
}

function inThisThread(
  receive: (message: FromWorker) => void,
  {
    timeouts,
    gate,
    maxConnections = proxyDefaults.maxConnections,
  }: Pick<ProxyOptions, 'timeouts'> & NonNullable<TestProxyOptions['limits']>,
): ProxyWorker {
  const server = new ProxyServer((message) => setImmediate(receive, message), {
    timeouts,
    gate: { ...proxyDefaults.gate, ...gate },
    maxConnections,
  });
  const close = async (): Promise<void> => {
    server.close();
    return Promise.resolve();
  };
  const post = (message: ToProxy): void => {
    if (message.type !== 'prepare') server.receive(message);
  };
  return { post, leave: close, close };
}

type Ready = Extract<CredentialState, { kind: 'ready' }>;

/** Version 1 is `canary-upstream-secret`, others have their number behind it; good for an hour unless `changes` say otherwise. */
export function credential(version: number, changes: Partial<Ready> = {}): Ready {
  const inAnHour = Date.now() + 3_600_000;
  const secret = version === 1 ? upstreamSecret : `${upstreamSecret}-${version}`;
  return {
    kind: 'ready',
    headerName: 'Authorization',
    headerValue: `Bearer ${secret}`,
    version,
    refreshAt: inAnHour,
    expiresAt: inAnHour,
    ...changes,
  };
}
