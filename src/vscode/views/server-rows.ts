import * as l10n from '@vscode/l10n';
import { addressIn } from '../../configuration/destination.ts';
import type { ApprovedServer } from '../../connection/approvals.ts';
import { commands } from '../../settings/manifest.ts';
import { lastUsed, stateNow } from '../connect/listed-servers.ts';
import type { Row } from '../sinks/row-tree.ts';
import type { StatusInput } from '../status/status-view.ts';

/** The tracking servers of this workspace, where there is one to switch to. */
export function serverRows(
  servers: readonly ApprovedServer[],
  { state, now }: Pick<StatusInput, 'state' | 'now'>,
): readonly Row[] {
  if (servers.length < 2) return [];
  const children = servers.map((server) => ({
    id: `server ${addressIn(server.destination)}`,
    label: addressIn(server.destination),
    description: stateNow(state, server) ?? lastUsed(server, now),
    command: commands.switchServer,
  }));
  return [
    {
      ...{ id: 'servers', label: l10n.t('Servers of This Workspace'), icon: 'server', children },
      description: String(servers.length),
    },
  ];
}
