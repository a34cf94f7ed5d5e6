import * as l10n from '@vscode/l10n';
import type { Problem } from '../problem.ts';
import { lostProblem, portProblem } from './proxy-problems.ts';
import type { ProxyWorker, ProxyWorkerListener } from './proxy-worker.ts';
import type { CredentialState, FromWorker, Upstream } from '../proxy/messages.ts';
import { noteHeldMs } from './local-address.ts';
import type { LocalAddress } from './local-address.ts';
import { describeListener, listenerOf, watchPort } from './local-proof.ts';
import type { LocalProxyEvents } from './local-proxy-events.ts';

export type StartProxyWorker = (listener: ProxyWorkerListener) => ProxyWorker;

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

/** A worker that says nothing does not listen. */
const listenTimeoutMs = 5000;

type Failed = Extract<FromWorker, { type: 'listenFailed' }>;
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
  #heldTimer: NodeJS.Timeout | undefined;
  #stopWatching: (() => void) | undefined;
  #metStranger: string | undefined;

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

  /** Where it listens. */
  get port(): number | undefined {
    return this.#listening?.port;
  }

  /** Another program that was found at the port when it was listened at last, for people. */
  get metStranger(): string | undefined {
    return this.#metStranger;
  }

  /** Whether it listens as `listen` with the same options would. */
  isAt({ configuredPort, sessionToken }: ListenOptions): boolean {
    const current = this.#listening;
    const isRight = configuredPort === 0 || configuredPort === current?.port;
    return current?.sessionToken === sessionToken && isRight;
  }

  /**
   * Listens at the configured port, else at the remembered one, else at one that is chosen now and remembered.
   * Resolves to the port. Throws a `Problem` when the configured port is taken.
   */
  async listen(options: ListenOptions): Promise<number> {
    this.#metStranger = undefined;
    const current = this.#listening;
    if (current !== undefined && this.isAt(options)) return current.port;
    await this.close();
    const port = await this.#listenSomewhere(options);
    this.#listening = { port, sessionToken: options.sessionToken };
    await this.#address.remember(port);
    await this.#address.noteHeld();
    this.#heldTimer = setInterval(() => void this.#address.noteHeld(), noteHeldMs);
    this.#heldTimer.unref();
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
    this.#stopWatching?.();
    clearInterval(this.#heldTimer);
    const [worker, wasListening] = [this.#worker, this.#listening !== undefined];
    this.#worker = undefined;
    this.#listening = undefined;
    this.#pendingListen?.({ type: 'listenFailed', code: 'closed', port: 0 });
    await worker?.close();
    if (wasListening) await this.#address.noteHeld();
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
    this.#watch(reply);
    throw portProblem(reply, configuredPort !== 0, await describeListener(reply.port));
  }

  async #tryListen(port: number, sessionToken: string, maxAttempts: number): Promise<ListenReply> {
    this.#worker ??= this.#startWorker();
    for (let attempt = 1; ; attempt += 1) {
      const reply = await this.#listenOnce(port, sessionToken);
      if (reply.type === 'listening' || reply.code !== 'EADDRINUSE') return reply;
      // A window that is being reloaded proves itself; whoever does not may have been shown the token.
      if ((await listenerOf(port, sessionToken)) === 'other') {
        this.#metStranger = await describeListener(port);
        return reply;
      }
      if (attempt >= maxAttempts) return reply;
      await new Promise((resolve) => setTimeout(resolve, this.#portRetry.intervalMs));
    }
  }

  async #listenOnce(port: number, sessionToken: string): Promise<ListenReply> {
    this.#worker?.post({ type: 'listen', port, sessionToken });
    return new Promise((resolve) => {
      this.#pendingListen = resolve;
      setTimeout(resolve, listenTimeoutMs, { type: 'listenFailed', code: 'ETIMEDOUT', port }).unref();
    });
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
      case 'credentialOutcome':
        this.#events.onCredentialOutcome(message);
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
    this.#events.onInterrupted();
    const now = Date.now();
    this.#restarts = [...this.#restarts.filter((at) => now - at < 60_000), now];
    if (this.#restarts.length > maxRestartsPerMinute) {
      this.#lost(lostProblem(reason), { port: before.port, code: reason });
      return;
    }
    // Once: who has the port by now may have been shown the token.
    this.#tryListen(before.port, before.sessionToken, 1).then(
      (reply) => {
        if (reply.type === 'listening') this.#events.onRestored();
        else this.#lost(portProblem(reply, false, this.#metStranger ?? l10n.t('another program')), reply);
      },
      (error: unknown) => this.#events.onLost(lostProblem(String(error))),
    );
  }

  #lost(problem: Problem, failed: Pick<Failed, 'port' | 'code'>): void {
    this.#listening = undefined;
    clearInterval(this.#heldTimer);
    this.#watch(failed);
    this.#events.onLost(problem);
  }

  /** Nobody has to run a command when the trouble is over. */
  #watch({ port, code }: Pick<Failed, 'port' | 'code'>): void {
    this.#stopWatching?.();
    this.#stopWatching = watchPort(port, code, () => this.#events.onRestored());
  }
}
