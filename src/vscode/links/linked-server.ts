import type { TrackingServer } from '../../configuration/configuration.ts';
import { isServing } from '../../connection/state.ts';
import type { ConnectionState } from '../../connection/state.ts';

/** What Python in this window prints the address of, and what it stands for. */
export interface LinkedServer {
  /** Of the local proxy. */
  readonly port: number;
  /** The approved one. */
  readonly tracking: Pick<TrackingServer, 'origin' | 'basePath'>;
}

/** What commands that open or copy links need. */
export interface LinksHost {
  /** `undefined`: nothing is connected. */
  readonly linkedServer: () => LinkedServer | undefined;
}

export function linkedServer(state: ConnectionState, port: number | undefined): LinkedServer | undefined {
  return isServing(state) && port !== undefined
    ? { port, tracking: state.configuration.tracking }
    : undefined;
}
