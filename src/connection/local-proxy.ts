import * as l10n from '@vscode/l10n';
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
  onCredentialNeeded(need: Extract<FromWorker, { type: 'credentialNeeded' }>): void;
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

/** Restarts of a worker that died; one more within a minute and the proxy is given up. */
const maxRestartsPerMinute = 5;

/** How long a taken port is tried: a window that is being reloaded may hold it a moment longer. */
export interface PortRetry {
  readonly attempts: number;
  /** Between two attempts. */
  readonly intervalMs: number;
}

type ListenReply = Extract<FromWorker, { type: 'listening' | 'listenFailed' }>;

/** Keeps one worker listening at the same address with the same credential, whatever happens to it. */
export class LocalProxy {
  readonly #start: StartProxyWorker;
  readonly #address: LocalAddress;
  readonly #events: LocalProxyEvents;
  readonly #portRetry: PortRetry;
  #worker: ProxyWorker | undefined;
  #listening: { readonly port: number; readonly sessionToken: string } | undefined;
  #pendingListen: ((reply: ListenReply) => void) | undefined;
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

  /**
   * Listens at the configured port, else at the remembered one, else at one that is chosen now and remembered.
   * Resolves to the port. Throws a `Problem` when the configured port is taken.
   */
  async listen(options: ListenOptions): Promise<number> {
    const { configuredPort, sessionToken } = options;
    const current = this.#listening;
    const isRight = configuredPort === 0 || configuredPort === current?.port;
    if (current?.sessionToken === sessionToken && isRight) return current.port;
    await this.close();
    const port = await this.#listenSomewhere(options);
    this.#listening = { port, sessionToken };
    await this.#address.remember(port);
    return port;
  }

  setUpstream(upstream: Upstream | undefined): void {
    this.#upstream = upstream;
    this.#worker?.post({ type: 'upstream', upstream });
  }

  /** From here on requests for that tracking server wait for it, rather than learn that another one is connected. */
  prepareFor(upstreamId: string): void {
    if (this.#upstream === undefined || this.#upstream.id === upstreamId) return;
    this.setUpstream(undefined);
    this.setCredential({ kind: 'pending' });
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
    const preferred = configuredPort || this.#address.port || 0;
    const attempts = preferred === 0 ? 1 : this.#portRetry.attempts;
    const reply = await this.#tryListen(preferred, sessionToken, attempts);
    if (reply.type === 'listening') return reply.port;
    if (configuredPort === 0 && reply.code === 'EADDRINUSE') {
      const elsewhere = await this.#tryListen(0, sessionToken, 1);
      if (elsewhere.type === 'listening') return elsewhere.port;
    }
    await this.close();
    throw portProblem(reply.port, reply.code, configuredPort !== 0);
  }

  async #tryListen(port: number, sessionToken: string, maxAttempts: number): Promise<ListenReply> {
    this.#worker ??= this.#startWorker();
    for (let attempt = 1; ; attempt += 1) {
      const reply = await new Promise<ListenReply>((resolve) => {
        this.#pendingListen = resolve;
        this.#worker?.post({ type: 'listen', port, sessionToken });
      });
      if (reply.type === 'listening' || reply.code !== 'EADDRINUSE' || attempt >= maxAttempts) return reply;
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
    if (this.#restarts.length > maxRestartsPerMinute) {
      this.#listening = undefined;
      this.#events.onLost(lostProblem(reason));
      return;
    }
    this.#tryListen(before.port, before.sessionToken, this.#portRetry.attempts).then(
      (reply) => {
        if (reply.type === 'listening') return;
        this.#listening = undefined;
        this.#events.onLost(portProblem(before.port, reply.code, false));
      },
      (error: unknown) => this.#events.onLost(lostProblem(String(error))),
    );
  }
}

function portProblem(port: number, code: string, isConfigured: boolean): Problem {
  if (code === 'EADDRINUSE' && isConfigured) {
    return new Problem({
      code: 'proxy.portTaken',
      message: l10n.t('Port {0} is in use by another program.', port),
      remedy: l10n.t('Stop that program, or set mlflowSecretsAuth.proxy.port to a free port or to 0.'),
      retry: 'afterFix',
      action: { kind: 'openSetting', setting: 'proxy.port' },
    });
  }
  return new Problem({
    code: 'proxy.listen',
    message: l10n.t('The local proxy could not listen on 127.0.0.1:{0} ({1}).', port, code),
    remedy: l10n.t(
      'Run "Connect MLflow" again. If it fails again, set mlflowSecretsAuth.proxy.port to a free port.',
    ),
    retry: 'afterFix',
    action: { kind: 'retry' },
  });
}

function lostProblem(reason: string): Problem {
  return new Problem({
    code: 'proxy.lost',
    message: l10n.t('The local proxy stopped and could not be restarted ({0}).', reason),
    remedy: l10n.t('Run "Connect MLflow" again. If it happens again, report it together with the log.'),
    retry: 'afterFix',
    action: { kind: 'retry' },
  });
}
