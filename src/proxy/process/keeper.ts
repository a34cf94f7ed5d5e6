import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExpiryTimer } from '../../expiry.ts';
import type { ExpiryClock } from '../../expiry.ts';
import { describePeer } from '../admission/peer-process.ts';
import type { AfterClose, Described, WentOn } from '../control/control-messages.ts';
import type { FromWorker } from '../messages.ts';
import { proxyDefaults, ProxyServer } from '../server.ts';
import type { AloneModule } from './alone.ts';
import { ProcessLife } from './process-life.ts';
import type { LifeState } from './process-life.ts';
import { SharedProxy } from './shared-proxy.ts';
import { isOfSignIn } from '../control/credential-name.ts';
import { StandIns } from './stand-ins.ts';

export interface KeeperOptions {
  readonly aloneMs: number;
  /** What fetches while no window is there. */
  readonly loadAlone: (() => Promise<AloneModule>) | undefined;
  /** The name of the workspace, for people. */
  readonly folder: string;
  /** Of the extension; while it is there, that is installed. */
  readonly file: string | undefined;
  /** At first, and whenever that changes. */
  readonly listensAt: (port: number) => void;
  /** Another process is to be found where this one was, or is not. */
  readonly released: (isReleased: boolean) => void;
  /** Nothing is to be waited for but what is given back, for which there are `graceMs`. */
  readonly end: (graceMs: number) => void;
}

/** To find out which process it is takes some 50 ms each. */
const maxNamedClients = 8;
/** The editor can leave an extension host behind, which stays attached for minutes and answers nothing. */
const answerMs = 5000;
/** For what is under way when the time is over. */
const finishMs = 60_000;
/** For what leaves on its way, and for stores to take a sign-in back. */
const graceMs = { usual: 100, givingBack: 2000 };

/** The proxy of a process, for as long as that is to go on, and what stands in for windows while there is none. */
export class Keeper {
  readonly shared: SharedProxy;
  readonly life: ProcessLife;
  readonly #options: KeeperOptions;
  readonly #server: ProxyServer;
  readonly #standIns: StandIns;
  #post: (message: FromWorker) => void = () => undefined;
  readonly #unanswered: ExpiryTimer;
  /** Of the programs, when the last window left. */
  #requestsBefore = 0;

  constructor(options: KeeperOptions) {
    this.#options = options;
    const clock: ExpiryClock = {
      now: Date.now,
      sleep: async (ms, signal) => sleep(ms, undefined, { signal, ref: false }),
    };
    this.#unanswered = new ExpiryTimer(clock);
    this.#server = new ProxyServer((message) => this.#post(message), proxyDefaults);
    this.#standIns = new StandIns({
      load: options.loadAlone,
      say: (window, credential) => this.shared.receive(window, { type: 'credential', credential }),
      started: () => this.shared.standInChanged(),
    });
    this.shared = new SharedProxy({
      clock,
      start: (post) => {
        this.#post = post;
        return this.#server;
      },
      isAlone: (isAlone, isOrderly) => this.#alone(isAlone, isOrderly),
      wentOn: () => this.#wentOn(),
      prepared: (afterClose, of) => this.#prepared(afterClose, of),
      standIn: () => this.#standIns.window,
      standInOver: () => this.#standIns.close(),
      asked: (isAnswered) => this.#unanswered.set(Date.now() + answerMs, () => this.#standIn(isAnswered)),
      listensAt: options.listensAt,
      released: (isReleased) => {
        if (isReleased) this.life.released();
        options.released(isReleased);
      },
      end: () => this.life.end('now'),
    });
    this.life = new ProcessLife({
      clock,
      aloneMs: options.aloneMs,
      use: () => this.#server.use,
      isInstalled: async () => options.file === undefined || isThere(options.file),
      changed: (state) => this.#changed(state),
      end: (how) => this.#end(how),
    });
  }

  /** Windows that have it end by themselves. */
  forget(scope: string): void {
    const { of } = (this.#isAlone ? this.shared.last : this.shared.unattended) ?? {};
    if (isOfSignIn(of, scope)) this.life.end('now');
  }

  async describe(): Promise<Described> {
    const { state } = this.life;
    const clients = await Promise.all(
      this.#server.clients
        .slice(0, maxNamedClients)
        .map(async ({ remotePort, localPort }) => describePeer(remotePort, localPort)),
    );
    return {
      type: 'described',
      folder: this.#options.folder,
      origin: this.shared.last?.upstream?.origin ?? '',
      since: state.kind === 'alone' || state.kind === 'keeping' ? state.since : undefined,
      until: state.kind === 'keeping' ? state.until : undefined,
      clients: [...new Set(clients)].filter((client) => client !== ''),
    };
  }

  /** Where no window has answered, as where there is none. */
  #standIn(isAnswered: () => boolean): void {
    if (isAnswered()) return;
    const isAttached = (): boolean => this.life.state.kind === 'attached';
    void this.#standIns.startPrepared(() => (isAttached() ? this.shared.unattended : undefined));
  }

  #alone(isAlone: boolean, isOrderly: boolean): void {
    // The user has agreed to that for another connection.
    const { last } = this.shared;
    if (isAlone && this.#standIns.isForAnother(last?.of)) this.#prepared({ kind: 'shortly' }, last?.of);
    this.life.alone(isAlone, { isOrderly });
  }

  #prepared(afterClose: AfterClose, of: string | undefined): void {
    this.life.prepared(afterClose);
    this.#standIns.prepare(afterClose, of);
    this.#server.keepsIdle = afterClose.kind === 'whileInUse';
  }

  #changed({ kind }: LifeState): void {
    switch (kind) {
      case 'alone':
        this.#requestsBefore = this.#server.use.requests;
        void this.#standIns.startPrepared(() => (this.#isAlone ? this.shared.last : undefined));
        return;
      case 'keeping':
        if (this.shared.last !== undefined) this.#standIns.startLastCredentialOnly(this.shared.last);
        return;
      case 'starting':
      case 'attached':
      case 'draining':
      case 'ending':
    }
  }

  get #isAlone(): boolean {
    const { kind } = this.life.state;
    return kind === 'alone' || kind === 'keeping';
  }

  /** Ends what stood in for the window that comes. */
  #wentOn(): WentOn | undefined {
    const { state } = this.life;
    if (state.kind !== 'alone' && state.kind !== 'keeping') return undefined;
    const { refreshes, log } = this.#standIns.reported;
    return {
      type: 'wentOn',
      forMs: Date.now() - state.since,
      requests: this.#server.use.requests - this.#requestsBefore,
      refreshes,
      wasKept: state.kind === 'keeping',
      state: this.#standIns.close(),
      log,
    };
  }

  #end(how: 'now' | 'finish'): void {
    const end = (): void => {
      const hadStandIn = this.#standIns.window !== undefined;
      this.#standIns.close();
      this.shared.close();
      this.#options.end(hadStandIn ? graceMs.givingBack : graceMs.usual);
    };
    if (how === 'now') {
      end();
      return;
    }
    const late = setTimeout(end, finishMs);
    this.shared.finish(() => {
      clearTimeout(late);
      end();
    });
  }
}

/** Where its folder cannot be read, it may be there. */
async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
