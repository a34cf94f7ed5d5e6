import * as vscode from 'vscode';
import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import { describeDestination } from '../../configuration/destination.ts';
import type { Destination } from '../../configuration/destination.ts';

const { l10n } = vscode;

/**
 * Asks, in a modal dialog, whether a credential may be read from here and sent there. Workspace settings can
 * come from somebody else, so nothing is resolved before the answer.
 */
export async function askApproval(
  configuration: ConnectionConfiguration,
  approved: Destination | undefined,
  risk: string | undefined,
): Promise<boolean> {
  const title =
    approved === undefined
      ? l10n.t('Send this credential to {0}?', configuration.tracking.origin)
      : l10n.t(
          'The destination of the credential has changed. Send it to {0}?',
          configuration.tracking.origin,
        );
  const lines = [...describeDestination(configuration, approved)];
  if (risk !== undefined) lines.push('', risk);
  lines.push('', l10n.t('Approve only what you know. Settings of a folder can come from somebody else.'));
  const approve = l10n.t('Approve and Connect');
  const answer = await vscode.window.showWarningMessage(
    title,
    { modal: true, detail: lines.join('\n') },
    approve,
  );
  return answer === approve;
}
