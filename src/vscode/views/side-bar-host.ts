import type { Approvals } from '../../connection/approvals.ts';
import type { LocalAccess } from '../../connection/check-credential.ts';
import type { ConnectionController } from '../../connection/connection-controller.ts';
import type { EnvironmentChange } from '../../python/environment.ts';
import type { ConnectedWindow } from '../connected-window.ts';
import type { KeptConnectionsHost } from '../kept-connections.ts';
import type { LinksHost } from '../links/linked-server.ts';
import type { WorkspacePlan } from '../status/status-view.ts';

/** What the views ask of the window. */
export interface SideBarHost extends KeptConnectionsHost, LinksHost {
  readonly connection: Pick<ConnectionController, 'state' | 'status'>;
  readonly plan: () => WorkspacePlan;
  readonly approvals: Pick<Approvals, 'approved' | 'servers'>;
  /** What Python in this window finds now. */
  readonly variables: () => readonly EnvironmentChange[] | undefined;
  readonly kernels: Pick<ConnectedWindow, 'unawareKernels'>;
}

/** What asks the tracking server, through the local proxy as Python does. `undefined`: nothing is connected. */
export function localAccess({ linkedServer, variables }: SideBarHost): LocalAccess | undefined {
  const port = linkedServer()?.port;
  const token = variables()?.find(({ name }) => name === 'MLFLOW_TRACKING_TOKEN');
  return port === undefined || token === undefined ? undefined : { port, clientToken: token.value };
}
