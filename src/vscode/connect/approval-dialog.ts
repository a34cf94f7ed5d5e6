import * as l10n from '@vscode/l10n';
import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import { describeDestination } from '../../configuration/destination.ts';
import type { Destination } from '../../configuration/destination.ts';
import { labels } from '../labels.ts';
import { askInDialog } from '../sinks/messages.ts';

/**
 * Asks, in a modal dialog, whether a credential may be read from here and sent there. Workspace settings can
 * come from somebody else, so nothing is resolved before the user has approved it.
 */
export async function askApproval(
  configuration: ConnectionConfiguration,
  approved: Destination | undefined,
  risk: string | undefined,
): Promise<boolean> {
  const { origin } = configuration.tracking;
  const title = approved === undefined ? labels.approvalTitle(origin) : labels.changedApprovalTitle(origin);
  const lines = [
    // The risk may be several sentences, one a line.
    ...(risk === undefined ? [] : [...risk.split('\n'), '']),
    ...describeDestination(configuration, approved),
    '',
    l10n.t('Approve only what you recognize: the settings of a folder may come from somebody else.'),
  ];
  return askInDialog(title, lines, labels.approve());
}
