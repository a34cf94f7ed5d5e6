import { Problem } from '../problem.ts';
import type { ProxyWorker, ProxyWorkerListener } from './proxy-worker.ts';
import type {
  CredentialState,
  FromWorker,
  ProxyStatistics,
  DenialReason,
  Upstream,
} from '../proxy/messages.ts';
import type { LocalAddress } from './local-address.ts';

export type StartProxyWorker = (listener: ProxyWorkerListener) => ProxyWorker;

export interface LocalProxyEvents {
  onCredentialNeeded(wanted: Extract<FromWorker, { type: 'credentialNeeded' }>): void;
  onStatistics(statistics: ProxyStatistics): void;
  onDenied(reason: DenialReason, count: number, detail: string): void;
  onUpstream(message: string | undefined): void;
  /** The proxy is gone and cannot be brought back. */
  onLost(problem: Problem): void;
}

export interface ListenOptions {
  /** The user's own choice; 0 leaves it to us. */
  readonly configuredPort: number;
  readonly sessionToken: string;
}

/** How often, within one minute, a worker that died is started again. */
const restartsPerMinute = 5;

/** How long a taken port is tried again: a window that is reloaded may hold it a moment longer. */
export interface PortRetry {
  readonly attempts: number;
  /** Between two attempts. */
  readonly intervalMs: number;
}

/** Keeps one worker listening at the same address with the same credential, whatever happens to it. */
export class LocalProxy {
  readonly #start: StartProxyWorker;
  readonly #address: LocalAddress;
  readonly #events: LocalProxyEvents;
  readonly #portRetry: PortRetry;
  #worker: ProxyWorker | undefined;
  #listening: { readonly port: number; readonly sessionToken: string } | undefined;
  #pendingListen:
    ((message: Extract<FromWorker, { type: 'listening' | 'listenFailed' }>) => void) | undefined;
  #upstream: Upstream | undefined;
  #credential: CredentialState = { kind: 'pending' };
  #restarts: number[] = [];

  constructor(
    start: StartProxyWorker,
    address: LocalAddress,
    events: LocalProxyEvents,
    portRetry: PortRetry,
  ) {
    this.#start = start;
    this.#address = address;
    this.#events = events;
    this.#portRetry = portRetry;
  }

  get port(): number | undefined {
    return this.#listening?.port;
  }

  /**
   * Listens at the configured port, else at the kept one, else at one that is chosen now and kept.
   * Resolves to the port. A `Problem` when the configured port is taken.
   */
  async listen(options: ListenOptions): Promise<number> {
    const { configuredPort, sessionToken } = options;
    const current = this.#listening;
    const isRight = configuredPort === 0 || configuredPort === current?.port;
    if (current?.sessionToken === sessionToken && isRight) return current.port;
    await this.close();
    const port = await this.#listenSomewhere(options);
    this.#listening = { port, sessionToken };
    await this.#address.keep(port);
    return port;
  }

  setUpstream(upstream: Upstream | undefined): void {
    this.#upstream = upstream;
    this.#worker?.post({ type: 'upstream', upstream });
  }

  setCredential(credential: CredentialState): void {
    this.#credential = credential;
    this.#worker?.post({ type: 'credential', credential });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#listening = undefined;
    await worker?.close();
  }

  async #listenSomewhere({ configuredPort, sessionToken }: ListenOptions): Promise<number> {
    const wanted = configuredPort || this.#address.port || 0;
    const first = await this.#tryListen(wanted, sessionToken, wanted === 0 ? 1 : this.#portRetry.attempts);
    if (first.type === 'listening') return first.port;
    if (configuredPort === 0 && first.code === 'EADDRINUSE') {
      const other = await this.#tryListen(0, sessionToken, 1);
      if (other.type === 'listening') return other.port;
    }
    await this.close();
    throw portProblem(first.port, first.code, configuredPort !== 0);
  }

  async #tryListen(
    port: number,
    sessionToken: string,
    attempts: number,
  ): Promise<Extract<FromWorker, { type: 'listening' | 'listenFailed' }>> {
    this.#worker ??= this.#startWorker();
    for (let attempt = 1; ; attempt += 1) {
      const answer = await new Promise<Extract<FromWorker, { type: 'listening' | 'listenFailed' }>>(
        (resolve) => {
          this.#pendingListen = resolve;
          this.#worker?.post({ type: 'listen', port, sessionToken });
        },
      );
      if (answer.type === 'listening' || answer.code !== 'EADDRINUSE' || attempt >= attempts) return answer;
      await new Promise((resolve) => setTimeout(resolve, this.#portRetry.intervalMs));
    }
  }

  #startWorker(): ProxyWorker {
    const worker = this.#start({
      onMessage: (message) => this.#receive(message),
      onExit: (reason) => this.#restart(reason),
    });
    worker.post({ type: 'upstream', upstream: this.#upstream });
    worker.post({ type: 'credential', credential: this.#credential });
    return worker;
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'listening':
      case 'listenFailed':
        this.#pendingListen?.(message);
        this.#pendingListen = undefined;
        break;
      case 'credentialNeeded':
        this.#events.onCredentialNeeded(message);
        break;
      case 'statistics':
        this.#events.onStatistics(message.statistics);
        break;
      case 'denied':
        this.#events.onDenied(message.reason, message.count, message.detail);
        break;
      case 'upstreamTrouble':
        this.#events.onUpstream(message.message);
        break;
      case 'closed':
        break;
    }
  }

  #restart(reason: string): void {
    const before = this.#listening;
    this.#worker = undefined;
    this.#pendingListen?.({ type: 'listenFailed', code: reason, port: before?.port ?? 0 });
    this.#pendingListen = undefined;
    if (before === undefined) return;
    const now = Date.now();
    this.#restarts = [...this.#restarts.filter((at) => now - at < 60_000), now];
    if (this.#restarts.length > restartsPerMinute) {
      this.#listening = undefined;
      this.#events.onLost(lostProblem(reason));
      return;
    }
    this.#tryListen(before.port, before.sessionToken, this.#portRetry.attempts).then(
      (answer) => {
        if (answer.type === 'listening') return;
        this.#listening = undefined;
        this.#events.onLost(portProblem(before.port, answer.code, false));
      },
      (error: unknown) => this.#events.onLost(lostProblem(String(error))),
    );
  }
}

function portProblem(port: number, code: string, isConfigured: boolean): Problem {
  if (code === 'EADDRINUSE' && isConfigured) {
    return new Problem({
      code: 'proxy.portTaken',
      message: `Port ${port} is used by another program.`,
      remedy: 'End that program, or set mlflowSecretsAuth.proxy.port to another port or to 0.',
      retry: 'afterFix',
      action: { kind: 'openSetting', setting: 'mlflowSecretsAuth.proxy.port' },
    });
  }
  return new Problem({
    code: 'proxy.listen',
    message: `The local proxy could not listen on 127.0.0.1:${port} (${code}).`,
    remedy: 'Run "Connect MLflow" again; if it goes on, set mlflowSecretsAuth.proxy.port to a free port.',
    retry: 'afterFix',
    action: { kind: 'retry' },
  });
}

function lostProblem(reason: string): Problem {
  return new Problem({
    code: 'proxy.lost',
    message: `The local proxy ended and could not be started again (${reason}).`,
    remedy: 'Run "Connect MLflow" again, and report it with the log if it goes on.',
    retry: 'afterFix',
    action: { kind: 'retry' },
  });
}
