import type { Describe, Forget, FromProcess, ToProcess } from '../control/control-messages.ts';
import type { CredentialState, FromWorker } from '../messages.ts';
import { AttachedWindows } from './attached-windows.ts';
import { SharedPort } from './shared-port.ts';
import type { Listen, ListenReply } from './shared-port.ts';
import type { DrivenProxy, SharedProxyOptions } from './shared-proxy-options.ts';
import { CredentialNumbers, leaderOf, nothingUsed, tellLent, timesOf, WindowState } from './window-states.ts';
import type { Need, SaidCredential, Used } from './window-states.ts';

/**
 * One proxy for all windows of a workspace, and for the time in which there is none; `leaderOf` says which one it follows.
 * What no later one contradicts stays in use: a window that is loaded again says nothing until it has a credential.
 */
export class SharedProxy {
  readonly #options: SharedProxyOptions;
  readonly #proxy: DrivenProxy;
  readonly #port: SharedPort;
  readonly #windows = new AttachedWindows();
  readonly #numbers = new CredentialNumbers();
  /** Until the next credential. */
  readonly #needs = new Map<Need['reason'], Need>();
  #statistics: FromProcess | undefined;
  #leader: WindowState | undefined;
  #last: WindowState | undefined;
  #used: Used = nothingUsed;

  constructor(options: SharedProxyOptions) {
    this.#options = options;
    this.#proxy = options.start((message) => this.#fromProxy(message));
    this.#port = new SharedPort({ ...options, tell: (message) => this.#proxy.receive(message) });
  }

  async listen(listen: Listen): Promise<ListenReply> {
    return this.#port.listen(listen);
  }

  close(): void {
    this.#proxy.receive({ type: 'close' });
  }

  /** Takes no more requests; calls back when nothing is under way. */
  finish(finished: () => void): void {
    this.#port.finish(finished);
  }

  attach(send: (message: FromProcess) => void): WindowState {
    const window = new WindowState(send);
    const wentOn = this.#windows.size === 0 ? this.#options.wentOn() : undefined;
    this.#windows.add(window);
    if (this.#windows.size === 1) this.#options.isAlone(false, true);
    if (wentOn !== undefined) send(wentOn);
    if (this.#statistics !== undefined) send(this.#statistics);
    return window;
  }

  /** Also for a window that is gone without a word. */
  leave(window: WindowState, { isOrderly = false } = {}): void {
    if (!this.#windows.delete(window) || this.#port.isReplaced) return;
    this.#last = this.#leader ?? window;
    // A window that died while it was starting another process.
    void this.#port.resume().then(() => this.#options.isAlone(this.#windows.isAlone(this.#used), isOrderly));
    this.#followLeader();
  }

  /** What the windows were connected to that have left. */
  get last(): WindowState | undefined {
    return this.#last;
  }

  /** Another one, or none any more. */
  standInChanged(): void {
    this.#followLeader();
  }

  receive(window: WindowState, message: Exclude<ToProcess, Forget | Describe>): void {
    switch (message.type) {
      case 'listen':
        void this.#port.listenFor(message, this.#windows.size > 1).then(window.send);
        return;
      case 'expect':
        this.#expect(window, message.upstreamId);
        return;
      case 'upstream':
        window.said(message.upstream);
        this.#followLeader();
        return;
      case 'credential':
        this.#credential(window, message.credential);
        return;
      case 'replace':
        window.send(this.#windows.size > 1 ? { type: 'kept' } : this.#port.release());
        return;
      case 'replaced':
        this.#port.replaced();
        return;
      case 'resume':
        void this.#port.resume().then(() => this.#resumed(window));
        return;
      case 'leave':
        this.leave(window, { isOrderly: true });
        return;
      case 'prepare':
        this.#options.prepared(message.afterClose);
        return;
      case 'hold':
        this.#windows.hold(window);
        if (this.#windows.isHeld(this.#used)) this.#use({ kind: 'unavailable', response: message.response });
        return;
      case 'end':
        this.#end(window, message.forAll);
    }
  }

  /** What the window had is for another server than the one that it is going to connect to. */
  #expect(window: WindowState, upstreamId: string): void {
    const { upstream } = window.upstreamText === undefined ? this.#used : window;
    if (upstream === undefined || upstream.id === upstreamId) return;
    window.said(undefined);
    window.credential = { kind: 'pending' };
    this.#followLeader(window);
  }

  #credential(window: WindowState, credential: CredentialState): void {
    if (credential.kind !== 'ready') {
      if (credential.kind === 'pending' && credential.of !== undefined) window.of = credential.of;
      window.credential = credential;
      this.#followLeader(window);
      return;
    }
    const { version } = credential;
    window.credential = { kind: 'ready', number: this.#numbers.known(credential), version };
    const leader = this.#chosen();
    if (leader === undefined || !window.servesFor(leader)) return;
    const number = this.#numbers.numberOf(credential);
    window.credential = { kind: 'ready', number, version };
    this.#leader = leader;
    if (this.#isUnaware(window, number)) return;
    this.#followUpstream(window);
    this.#used = { ...this.#used, of: window.of, number, secret: timesOf(credential) };
    this.#needs.clear();
    this.#proxy.receive({ type: 'credential', credential: { ...credential, version: number } });
    tellLent(this.#windows, leader, this.#used.secret);
  }

  #isUnaware(window: WindowState, number: number): boolean {
    const need = this.#needs.get('rejected');
    const isInUse = number === this.#used.number && window.upstreamText === this.#used.upstreamText;
    if (!isInUse || !window.isUnawareOf(need, number)) return false;
    this.#used = { ...this.#used, of: window.of };
    window.ask(need);
    return true;
  }

  #chosen(): WindowState | undefined {
    return this.#windows.size > 0 ? leaderOf(this.#windows) : this.#options.standIn();
  }

  /** Takes over what the leader said last, where it has just said it, or was not the leader before. */
  #followLeader(speaker?: WindowState): void {
    const leader = this.#chosen();
    const isNew = leader !== this.#leader;
    this.#leader = leader;
    if (leader === undefined) return;
    this.#followUpstream(leader);
    if (isNew || leader === speaker) this.#followCredential(leader.credential);
    if (isNew) for (const need of this.#needs.values()) leader.ask(need);
    tellLent(this.#windows, leader, this.#used.secret);
  }

  #followCredential(credential: SaidCredential): void {
    switch (credential.kind) {
      case 'unsaid':
        return;
      case 'pending':
        // What is in use is one of the same: it is good until the new one comes.
        if (credential.of === undefined || credential.of !== this.#used.of) this.#use(credential);
        return;
      case 'unavailable':
        this.#use(credential);
        return;
      case 'ready':
        if (credential.number !== undefined && credential.number === this.#used.number) return;
        this.#needs.set('refresh', { type: 'credentialNeeded', reason: 'refresh' });
    }
  }

  #followUpstream({ upstream, upstreamText }: WindowState): void {
    if (upstreamText === undefined || upstreamText === this.#used.upstreamText) return;
    this.#used = { ...this.#used, upstream, upstreamText };
    this.#proxy.receive({ type: 'upstream', upstream });
  }

  #use(credential: Exclude<CredentialState, { kind: 'ready' }>): void {
    this.#used = { ...this.#used, of: undefined, number: undefined, secret: undefined };
    this.#needs.clear();
    this.#proxy.receive({ type: 'credential', credential });
  }

  #resumed(window: WindowState): void {
    this.#options.isAlone(this.#windows.isAlone(this.#used), true);
    window.send({ type: 'resumed' });
  }

  #end(window: WindowState, forAll: boolean): void {
    this.#windows.delete(window);
    if (!this.#windows.isAlone(this.#used) && !forAll) {
      this.#followLeader();
      return;
    }
    for (const other of this.#windows) other.send({ type: 'ended' });
    this.#options.end();
  }

  #fromProxy(message: FromWorker): void {
    switch (message.type) {
      case 'listening':
      case 'listenFailed':
        this.#port.listened(message);
        return;
      case 'credentialNeeded':
        this.#needs.set(message.reason, message);
        this.#leader?.ask(message);
        return;
      case 'credentialOutcome':
        for (const window of this.#windows) {
          const version = window.versionOf(message.version);
          if (version !== undefined) window.send({ ...message, version });
        }
        return;
      case 'statistics':
        this.#statistics = message;
        this.#toAll(message);
        return;
      case 'upstreamTrouble':
      case 'denied':
        this.#toAll(message);
        return;
      case 'drained':
        this.#port.drained();
        return;
      case 'lent':
      case 'closed':
    }
  }

  #toAll(message: FromProcess): void {
    for (const window of this.#windows) window.send(message);
  }
}
