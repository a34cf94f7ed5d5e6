import type { Describe, Forget, FromProcess, ToProcess } from '../control/control-messages.ts';
import type { CredentialState, FromWorker } from '../messages.ts';
import { disconnectedResponse } from '../responses.ts';
import { AttachedWindows } from './attached-windows.ts';
import { InUse } from './in-use.ts';
import { SharedPort } from './shared-port.ts';
import type { Listen, ListenReply } from './shared-port.ts';
import type { DrivenProxy, SharedProxyOptions } from './shared-proxy-options.ts';
import { CredentialNumbers, tellLent, WindowState } from './window-states.ts';
import type { ConnectedTo } from './window-states.ts';

/**
 * One proxy for all windows of a workspace, and for the time without any; `leaderOf` says which one it follows. What is in
 * use and good stays, whichever windows leave, until one has a credential in its place, or its user ends it.
 */
export class SharedProxy {
  readonly #options: SharedProxyOptions;
  readonly #proxy: DrivenProxy;
  readonly #port: SharedPort;
  readonly #windows = new AttachedWindows();
  readonly #numbers = new CredentialNumbers();
  readonly #inUse: InUse;
  #statistics: FromProcess | undefined;
  #leader: WindowState | undefined;
  #last: WindowState | undefined;

  constructor(options: SharedProxyOptions) {
    this.#options = options;
    this.#inUse = new InUse(options.clock, () => this.#followLeader(this.#chosen()));
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
    void this.#port.resume().then(() => this.#options.isAlone(this.#windows.isAlone(this.#inUse), isOrderly));
    this.#followLeader();
  }

  /** What the windows were connected to that have left. */
  get last(): WindowState | undefined {
    return this.#last;
  }

  /** What no window has a credential for, although it was in use. */
  get unattended(): ConnectedTo | undefined {
    return this.#inUse.of === undefined || this.#windows.canBring(this.#inUse) ? undefined : this.#inUse;
  }

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
        this.#spoke(window);
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
        void this.#port.resume().then(() => {
          this.#options.isAlone(this.#windows.isAlone(this.#inUse), true);
          window.send({ type: 'resumed' });
        });
        return;
      case 'leave':
        this.leave(window, { isOrderly: true });
        return;
      case 'prepare':
        this.#options.prepared(message.afterClose, window.of);
        return;
      case 'hold':
        this.#windows.hold(window);
        if (this.#windows.isHeld(this.#inUse)) this.#use({ kind: 'unavailable', response: message.response });
        return;
      case 'end':
        this.#end(window, message.forAll);
    }
  }

  /** What it had is for another server than the one that it is going to connect to. */
  #expect(window: WindowState, upstreamId: string): void {
    const { upstream } = window.upstreamText === undefined ? this.#inUse : window;
    if (upstream === undefined || upstream.id === upstreamId) return;
    window.said(undefined);
    window.credential = { kind: 'pending' };
    this.#spoke(window);
  }

  #credential(window: WindowState, credential: CredentialState): void {
    if (credential.kind !== 'ready') {
      if (credential.kind === 'pending' && credential.of !== undefined) window.of = credential.of;
      window.credential = credential;
      this.#spoke(window);
      return;
    }
    const said = { kind: 'ready', version: credential.version } as const;
    window.credential = { ...said, number: this.#numbers.known(credential) };
    const leader = this.#chosen();
    if (leader === undefined || !window.servesFor(leader)) return;
    if (window !== this.#options.standIn()) this.#options.standInOver();
    const number = this.#numbers.numberOf(credential);
    [window.credential, window.brought] = [{ ...said, number }, number];
    this.#leader = this.#chosen();
    if (this.#inUse.askFirst(window, number)) return;
    this.#followUpstream(window);
    this.#inUse.take(window.of, number, credential);
    this.#proxy.receive({ type: 'credential', credential: { ...credential, version: number } });
    tellLent(this.#windows, this.#inUse);
  }

  /** A window may have ended what is in use. */
  #spoke(window: WindowState): void {
    if (this.#inUse.isEndedBy(window)) this.#windows.moveToEnd(window);
    this.#followLeader(window);
  }

  #chosen(speaker?: WindowState): WindowState | undefined {
    return this.#windows.leader(this.#inUse, this.#options.standIn(), speaker);
  }

  /** Takes over what the leader said last, where it has just said it, or was not the leader before. */
  #followLeader(speaker?: WindowState): void {
    const leader = this.#chosen(speaker);
    const isNew = leader !== this.#leader;
    this.#leader = leader;
    if (leader !== undefined) {
      if (leader === speaker || !this.#inUse.isGood) this.#followUpstream(leader);
      if (isNew || leader === speaker) this.#followCredential(leader);
      if (isNew) for (const need of this.#inUse.needs.values()) leader.ask(need);
    }
    tellLent(this.#windows, this.#inUse);
  }

  #followCredential(leader: WindowState): void {
    const { credential } = leader;
    switch (credential.kind) {
      case 'unsaid':
        return;
      case 'pending':
      case 'unavailable':
        if (!this.#inUse.staysFor(leader)) this.#use(credential);
        return;
      case 'ready':
        if (credential.number !== undefined && credential.number === this.#inUse.number) return;
        this.#inUse.needs.set('refresh', { type: 'credentialNeeded', reason: 'refresh' });
    }
  }

  #followUpstream(window: WindowState): void {
    if (this.#inUse.isKeptFrom(window)) this.#use({ kind: 'pending' });
    if (this.#inUse.follow(window)) this.#proxy.receive({ type: 'upstream', upstream: window.upstream });
  }

  #use(credential: Exclude<CredentialState, { kind: 'ready' }>): void {
    if (this.#leader !== this.#options.standIn()) this.#options.standInOver();
    this.#inUse.drop();
    this.#proxy.receive({ type: 'credential', credential });
  }

  #end(window: WindowState, forAll: boolean): void {
    this.#windows.delete(window);
    if (forAll || this.#windows.isAlone(this.#inUse)) {
      this.#windows.send({ type: 'ended' });
      this.#options.end();
    } else if (this.#windows.size === 0 || this.#windows.canBring(this.#inUse)) this.#followLeader();
    else this.#endInUse();
  }

  /** Of windows that have no credential, one may belong to nobody: Python is not to be signed in, or wait, for its sake. */
  #endInUse(): void {
    this.#leader = undefined;
    this.#use({ kind: 'pending' });
    this.#followLeader();
    if (this.#chosen()?.isSilent === true)
      this.#use({ kind: 'unavailable', response: disconnectedResponse() });
  }

  #fromProxy(message: FromWorker): void {
    switch (message.type) {
      case 'listening':
      case 'listenFailed':
        this.#port.listened(message);
        return;
      case 'credentialNeeded':
        this.#inUse.needs.set(message.reason, message);
        this.#leader?.ask(message);
        this.#options.asked(() => this.#inUse.needs.get(message.reason) !== message);
        return;
      case 'credentialOutcome':
        this.#inUse.found(message);
        this.#windows.found(message);
        return;
      case 'statistics':
        this.#statistics = message;
        this.#windows.send(message);
        return;
      case 'upstreamTrouble':
      case 'denied':
        this.#windows.send(message);
        return;
      case 'drained':
        this.#port.drained();
        return;
      case 'lent':
      case 'closed':
    }
  }
}
