import type { FromWorker, ProxyResponse, Texts, ToWorker } from '../messages.ts';

/** What windows and the proxy's process exchange, once both have proved themselves. */
export type ToProcess =
  | Exclude<ToWorker, { type: 'close' | 'drain' }>
  | Prepare
  /** This window is of another version, and starts a process of its own once it has the port. */
  | { readonly type: 'replace' }
  /** That process serves now, or it could not be started, so this one goes on. */
  | { readonly type: 'replaced' | 'resume' }
  /** This window closes, or is loaded again: the proxy goes on for a while. */
  | { readonly type: 'leave' }
  /**
   * The connection of this window has ended, and this process is a new one that knows no tracking server: whoever still
   * uses the port gets this response, until a window connects.
   */
  | { readonly type: 'hold'; readonly response: ProxyResponse }
  | Forget
  /** From a window that does not attach: what is to be known of this process. */
  | Describe
  /** Nothing of the proxy is to stay; unless `forAll`, it does while other windows are attached. */
  | { readonly type: 'end'; readonly forAll: boolean };

/**
 * What a process needs to fetch and refresh a credential by itself, and what it hands back to the next window. Plain data;
 * only `src/alone/` knows what is in it, because the proxy knows no secret store.
 */
export type KeepPlan = Readonly<Record<string, unknown>>;
export type KeptState = Readonly<Record<string, unknown>>;

/** What the user has chosen to become of the proxy when the last window is closed. */
export type AfterClose =
  | { readonly kind: 'end' | 'shortly' }
  /** With the user's consent, for at most `hours`; without a plan, the last credential serves for as long as it is good. */
  | { readonly kind: 'whileInUse'; readonly hours: number; readonly plan: KeepPlan | undefined };

/** Whenever it changes: what is to become of the proxy when the last window is closed. */
export interface Prepare {
  readonly type: 'prepare';
  readonly afterClose: AfterClose;
}

/** From a window that does not attach: the user has forgotten this sign-in, and without a window, what came of it ends. */
export interface Forget {
  readonly type: 'forget';
  readonly scope: string;
}

export interface Describe {
  readonly type: 'describe';
}

/** To `describe`. Times are wall-clock milliseconds. */
export interface Described {
  readonly type: 'described';
  readonly folder: string;
  /** Of the tracking server. */
  readonly origin: string;
  /** When the last window left; `undefined` while one is attached. */
  readonly since: number | undefined;
  /** When it ends at the latest, for those that are kept. */
  readonly until: number | undefined;
  /** Programs that use it, where the system says which, for people. */
  readonly clients: readonly string[];
}

/** To a window that attaches, first: what happened while none was there. */
export interface WentOn {
  readonly type: 'wentOn';
  /** Since the last window left. */
  readonly forMs: number;
  readonly requests: number;
  /** Credentials that were fetched meanwhile. */
  readonly refreshes: number;
  /** It was kept for the programs that use it, not only for the window that comes back. */
  readonly wasKept: boolean;
  /** Of what brought credentials meanwhile. */
  readonly state: KeptState | undefined;
  readonly log: readonly string[];
}

export type FromProcess =
  | Exclude<FromWorker, { type: 'closed' | 'drained' }>
  | WentOn
  | Described
  /** To `replace`: other windows use this process, so the window is to use it, too; or the port is free. */
  | { readonly type: 'kept' }
  | { readonly type: 'released'; readonly port: number }
  /** To `resume`. */
  | { readonly type: 'resumed' }
  /** Another window has ended it for all. */
  | { readonly type: 'ended' };

/** What a process is started with, in one line on its standard input. */
export interface Bootstrap {
  /** Of the control socket or named pipe. */
  readonly controlPath: string;
  /** Base64url. */
  readonly key: string;
  readonly bundle: string;
  readonly texts: Texts | undefined;
  readonly listen: Extract<ToWorker, { type: 'listen' }>;
  /** The name of the workspace, for people. */
  readonly folder: string;
  /** How long it goes on after the last window has left, where the user has not chosen otherwise. */
  readonly aloneMs: number;
}

/** What a process says of its start, in one line on its standard output. */
export type StartReport =
  | { readonly type: 'ready' }
  /** Another process serves this workspace already. */
  | { readonly type: 'occupied' }
  | { readonly type: 'listenFailed'; readonly code: string }
  /** The control socket could not be made. */
  | { readonly type: 'noControl'; readonly code: string };
