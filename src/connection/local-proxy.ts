import * as l10n from '@vscode/l10n';
import type { Problem } from '../problem.ts';
import { lostProblem, portProblem } from './proxy-problems.ts';
import { PostedState } from './posted-state.ts';
import type { ProxyWorker, ProxyWorkerListener, ToProxy } from './proxy-worker.ts';
import type { AfterClose, WentOn } from '../proxy/control/control-messages.ts';
import type { CredentialState, FromWorker, Upstream } from '../proxy/messages.ts';
import { noteHeldMs } from './local-address.ts';
import type { LocalAddress } from './local-address.ts';
import { describeTaker } from './taken-port.ts';
import { listenerOf, watchPort } from './local-proof.ts';
import { reportTo } from './local-proxy-events.ts';
import type { LocalProxyEvents } from './local-proxy-events.ts';
import type { Listening, ListenOptions, ListenReply, PortRetry, StopOptions } from './local-proxy-options.ts';

export type StartProxyWorker = (listener: ProxyWorkerListener) => ProxyWorker;

/** Restarts of a worker that died; one more within a minute and the proxy is given up. */
const maxRestartsPerMinute = 5;
/** What says nothing does not listen; a process may have to be started. */
const listenTimeoutMs = 15_000;

/** Keeps one worker listening at the same address with the same credential, whatever happens to it. */
export class LocalProxy {
  readonly #start: StartProxyWorker;
  readonly #address: LocalAddress;
  readonly #events: LocalProxyEvents;
  readonly #portRetry: PortRetry;
  #worker: ProxyWorker | undefined;
  #listening: Listening | undefined;
  #pendingListen: ((reply: ListenReply) => void) | undefined;
  readonly #posted = new PostedState();
  #wentOn: WentOn | undefined;
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

  /** Whether a process of this workspace has held the port since a window was here last. */
  async isThere(): Promise<boolean> {
    return (await (this.#worker ??= this.#startWorker()).isThere?.()) ?? false;
  }

  /** Whether it listens as `listen` with the same options would. */
  isAt({ configuredPort, sessionToken }: ListenOptions): boolean {
    const current = this.#listening;
    const isRight = configuredPort === 0 || configuredPort === current?.port;
    return current?.sessionToken === sessionToken && isRight;
  }

  /**
   * Listens at the configured port, else at the remembered one, else at one that is chosen now and remembered; or takes
   * the port and the session token that other windows of this workspace use already. Throws a `Problem` when the
   * configured port is taken.
   */
  async listen(options: ListenOptions): Promise<Listening> {
    this.#metStranger = undefined;
    const current = this.#listening;
    if (current !== undefined && this.isAt(options)) return current;
    await this.close();
    const listening = await this.#listenSomewhere(options);
    this.#listening = listening;
    await this.#address.remember(listening);
    await this.#address.noteHeld();
    this.#heldTimer = setInterval(() => void this.#address.noteHeld(), noteHeldMs);
    this.#heldTimer.unref();
    return listening;
  }

  /** What happened while no window was there, once. */
  takeWentOn(): WentOn | undefined {
    const wentOn = this.#wentOn;
    this.#wentOn = undefined;
    return wentOn;
  }

  setUpstream(upstream: Upstream | undefined): void {
    this.#post({ type: 'upstream', upstream });
  }

  /** From here on requests for that tracking server wait for it, rather than learn that another one is connected. */
  prepareFor(upstreamId: string): void {
    this.#post({ type: 'expect', upstreamId });
  }

  setCredential(credential: CredentialState): void {
    this.#post({ type: 'credential', credential });
  }

  setAfterClose(afterClose: AfterClose): void {
    this.#post({ type: 'prepare', afterClose });
  }

  #post(message: ToProxy): void {
    this.#posted.set(message);
    this.#worker?.post(message);
  }

  async close(): Promise<void> {
    await this.stop({ revoke: true });
  }

  async stop({ revoke, forAll = false }: StopOptions): Promise<void> {
    const wasListening = this.#listening !== undefined;
    const worker = this.#letGo();
    await (revoke ? worker?.close({ forAll }) : worker?.leave());
    if (wasListening) await this.#address.noteHeld();
  }

  #letGo(): ProxyWorker | undefined {
    this.#stopWatching?.();
    clearInterval(this.#heldTimer);
    const worker = this.#worker;
    this.#worker = undefined;
    this.#listening = undefined;
    this.#pendingListen?.({ type: 'listenFailed', code: 'closed', port: 0 });
    return worker;
  }

  async #listenSomewhere(options: ListenOptions): Promise<Listening> {
    const { configuredPort, sessionToken } = options;
    const preferred = configuredPort || this.#address.port || 0;
    const attempts = preferred === 0 ? 1 : this.#portRetry.attempts;
    let reply = await this.#tryListen(preferred, sessionToken, attempts);
    if (reply.type === 'listening' && configuredPort !== 0 && reply.port !== configuredPort) {
      // The process of an earlier setting, which ends unless another window uses it.
      await this.close();
      reply = await this.#tryListen(preferred, sessionToken, attempts);
    }
    if (reply.type === 'listening') return { sessionToken, ...reply };
    if (configuredPort === 0 && reply.code === 'EADDRINUSE') {
      const elsewhere = await this.#tryListen(0, sessionToken, 1);
      if (elsewhere.type === 'listening') return { sessionToken, ...elsewhere };
    }
    await this.close();
    this.#watch(reply);
    throw portProblem(reply, configuredPort !== 0, await describeTaker(reply.port));
  }

  async #tryListen(port: number, sessionToken: string, maxAttempts: number): Promise<ListenReply> {
    this.#worker ??= this.#startWorker();
    for (let attempt = 1; ; attempt += 1) {
      const reply = await this.#listenOnce(port, sessionToken);
      if (reply.type === 'listening' || reply.code !== 'EADDRINUSE') return reply;
      // A window that is being reloaded proves itself; whoever does not may have been shown the token.
      const listener = await listenerOf(port, sessionToken);
      const isLast = attempt >= maxAttempts;
      if (listener === 'other' && (await this.#address.endLost(port))) continue;
      if (listener === 'other' || (isLast && listener !== 'ours')) {
        this.#metStranger = await describeTaker(port);
      }
      if (listener === 'other' || isLast) return reply;
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
      onEnded: () => {
        this.#letGo();
        this.#events.onEnded();
      },
      onWentOn: (wentOn) => (this.#wentOn = wentOn),
    });
    for (const message of this.#posted.messages()) worker.post(message);
    return worker;
  }

  #receive(message: FromWorker): void {
    if (message.type !== 'listening' && message.type !== 'listenFailed') {
      reportTo(this.#events, message);
      return;
    }
    this.#pendingListen?.(message);
    this.#pendingListen = undefined;
  }

  #restart(reason: string): void {
    const before = this.#listening;
    this.#worker = undefined;
    this.#pendingListen?.({ type: 'listenFailed', code: reason, port: before?.port ?? 0 });
    this.#pendingListen = undefined;
    if (before === undefined) return;
    this.#events.onInterrupted(reason);
    const now = Date.now();
    const restarts = [...this.#restarts.filter((at) => now - at < 60_000), now];
    this.#restarts = restarts;
    if (this.#restarts.length > maxRestartsPerMinute) {
      this.#lost(lostProblem(reason), { port: before.port, code: reason });
      return;
    }
    // Once: who has the port by now may have been shown the token.
    this.#tryListen(before.port, before.sessionToken, 1).then(
      (reply) => {
        // Stopped meanwhile, or it died again and is started once more.
        if (this.#listening !== before || this.#restarts !== restarts) return;
        if (reply.type === 'listening') this.#events.onRestored();
        else this.#lost(portProblem(reply, false, this.#metStranger ?? l10n.t('another program')), reply);
      },
      (error: unknown) => {
        if (this.#listening === before) this.#events.onLost(lostProblem(String(error)));
      },
    );
  }

  #lost(problem: Problem, failed: Readonly<{ port: number; code: string }>): void {
    this.#listening = undefined;
    clearInterval(this.#heldTimer);
    this.#watch(failed);
    this.#events.onLost(problem);
  }

  /** Nobody has to run a command when the trouble is over. */
  #watch({ port, code }: Readonly<{ port: number; code: string }>): void {
    this.#stopWatching?.();
    this.#stopWatching = watchPort(port, code, () => this.#events.onRestored());
  }
}
