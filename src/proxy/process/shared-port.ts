import type { FromProcess } from '../control/control-messages.ts';
import type { FromWorker, ToWorker } from '../messages.ts';

export type Listen = Extract<ToWorker, { type: 'listen' }>;
export type ListenReply = Extract<FromWorker, { type: 'listening' | 'listenFailed' }>;

export interface SharedPortOptions {
  readonly tell: (message: ToWorker) => void;
  readonly listensAt: (port: number) => void;
  /** Another process is to be found where this one was, or is not. */
  readonly released: (isReleased: boolean) => void;
  readonly end: () => void;
}

/** Where a proxy listens that windows share, and how it gives way to one of another version. */
export class SharedPort {
  readonly #options: SharedPortOptions;
  #listening: { readonly port: number; readonly sessionToken: string } | undefined;
  #finished: (() => void) | undefined;
  #listened: ((reply: ListenReply) => void) | undefined;
  /** `drained`: released, and nothing is under way any more. */
  #state: 'ours' | 'released' | 'drained' | 'replaced' = 'ours';

  constructor(options: SharedPortOptions) {
    this.#options = options;
  }

  get isReplaced(): boolean {
    return this.#state === 'replaced';
  }

  get #isReleased(): boolean {
    return this.#state === 'released' || this.#state === 'drained';
  }

  async listen(listen: Listen): Promise<ListenReply> {
    const reply = await new Promise<ListenReply>((resolve) => {
      this.#listened = resolve;
      this.#options.tell(listen);
    });
    const { sessionToken } = listen;
    this.#listening = reply.type === 'listening' ? { port: reply.port, sessionToken } : undefined;
    if (reply.type === 'listening') this.#options.listensAt(reply.port);
    return reply;
  }

  /** What the proxy said. */
  listened(reply: ListenReply): void {
    this.#listened?.(reply);
  }

  /** For a window: where others use it, or it is as asked, it stays where it is, with its token. */
  async listenFor(listen: Listen, isShared: boolean): Promise<ListenReply> {
    const current = this.#listening;
    const isKept = current !== undefined && (isShared || current.sessionToken === listen.sessionToken);
    return isKept ? { type: 'listening', ...current } : this.listen(listen);
  }

  /** Lets the port go; what is under way goes on here. */
  release(): FromProcess {
    if (this.#listening === undefined) return { type: 'kept' };
    this.#state = 'released';
    this.#options.released(true);
    this.#options.tell({ type: 'drain' });
    return { type: 'released', port: this.#listening.port };
  }

  /** Another process has the port: this one ends when it is drained. */
  replaced(): void {
    if (!this.#isReleased) return;
    const isDrained = this.#state === 'drained';
    this.#state = 'replaced';
    if (isDrained) this.#options.end();
  }

  /** Lets the port go for good; calls back when nothing is under way any more. */
  finish(finished: () => void): void {
    this.#finished = finished;
    this.#options.tell({ type: 'drain' });
  }

  drained(): void {
    this.#finished?.();
    if (this.#state === 'replaced') this.#options.end();
    if (this.#state === 'released') this.#state = 'drained';
  }

  /** Nobody came in its place. */
  async resume(): Promise<void> {
    if (!this.#isReleased || this.#listening === undefined) return;
    this.#state = 'ours';
    const reply = await this.listen({ type: 'listen', ...this.#listening });
    if (reply.type === 'listening') this.#options.released(false);
    else this.#options.end();
  }
}
