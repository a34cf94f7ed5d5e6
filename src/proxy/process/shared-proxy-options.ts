import type { ExpiryClock } from '../../expiry.ts';
import type { AfterClose, WentOn } from '../control/control-messages.ts';
import type { FromWorker, ToWorker } from '../messages.ts';
import type { SharedPortOptions } from './shared-port.ts';
import type { WindowState } from './window-states.ts';

/** What drives the proxy: `ProxyServer`, or what stands for it. */
export interface DrivenProxy {
  receive(message: ToWorker): void;
}

export interface SharedProxyOptions extends Omit<SharedPortOptions, 'tell'> {
  readonly clock: ExpiryClock;
  readonly start: (post: (message: FromWorker) => void) => DrivenProxy;
  /** The last window has left, or the first one has come. `isOrderly`: it said so. */
  readonly isAlone: (isAlone: boolean, isOrderly: boolean) => void;
  /** What the first window is told that comes. */
  readonly wentOn: () => WentOn | undefined;
  /** `of`: the connection that it was said of. */
  readonly prepared: (afterClose: AfterClose, of: string | undefined) => void;
  /** What stands in for the windows while there is none, or none that has a credential. */
  readonly standIn: () => WindowState | undefined;
  /** A window has one, or ends the connection. */
  readonly standInOver: () => void;
  /** Something was asked of a window, which may never answer. */
  readonly asked: (isAnswered: () => boolean) => void;
}
