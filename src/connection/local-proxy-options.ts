import type { FromWorker } from '../proxy/messages.ts';

export interface ListenOptions {
  /** The user's own choice; 0 leaves it to us. */
  readonly configuredPort: number;
  readonly sessionToken: string;
}

export interface Listening {
  readonly port: number;
  /** That clients have to show. */
  readonly sessionToken: string;
}

/** How long a taken port is tried: a window that is being reloaded may hold it a moment longer. */
export interface PortRetry {
  readonly attempts: number;
  /** Between two attempts. */
  readonly intervalMs: number;
}

export interface StopOptions {
  /** Nothing stays; else a proxy with a process of its own goes on with what it has. */
  readonly revoke: boolean;
  /** Nor for other windows that share the process. */
  readonly forAll?: boolean;
}

export type ListenReply = Extract<FromWorker, { type: 'listening' | 'listenFailed' }>;
