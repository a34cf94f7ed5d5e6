import * as l10n from '@vscode/l10n';
import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import { changeOf, describeDestination } from '../../configuration/destination.ts';
import type { Destination } from '../../configuration/destination.ts';
import { labels } from '../labels.ts';
import { askInDialog } from '../sinks/messages.ts';

export interface ApprovalQuestion {
  readonly configuration: ConnectionConfiguration;
  /** What was approved before, if anything. */
  readonly approved: Destination | undefined;
  readonly risk: string | undefined;
  /** Whether the user has entered all of it just now: nobody else can have. */
  readonly isEntered: boolean;
  /** What is asked for once this is approved, if anything. */
  readonly askedNext?: string | undefined;
  /** Whether what was approved before can be had back. */
  readonly canKeep: boolean;
  /** Whether another source can be chosen instead. */
  readonly canChoose: boolean;
}

export type ApprovalAnswer = 'approve' | 'keep' | 'choose';

/**
 * Asks, in a modal dialog, whether a credential may be read from here and sent there. Workspace settings can
 * come from somebody else, so nothing is asked for or fetched before the user has approved it.
 */
export async function askApproval(question: ApprovalQuestion): Promise<ApprovalAnswer | undefined> {
  const { configuration, approved, risk, isEntered, askedNext, canKeep, canChoose } = question;
  const server = configuration.tracking.origin;
  const { changed, same } = describeDestination(configuration, approved);
  const approve = { label: labels.approve(), answer: 'approve' } as const;
  return askInDialog<ApprovalAnswer>({
    severity: isEntered && risk === undefined ? 'information' : 'warning',
    title:
      approved === undefined
        ? labels.approvalTitle(server)
        : labels.approval(changeOf(configuration, approved), server),
    lines: [
      // The risk may be several sentences, one a line.
      ...(risk === undefined ? [] : [...risk.split('\n'), '']),
      ...(changed.length === 0 ? [] : [...changed, '']),
      ...same,
      '',
      adviceFor(question),
      ...(askedNext === undefined ? [] : [l10n.t('You are asked for the {0} next.', askedNext)]),
    ],
    buttons: [
      ...(canKeep ? [{ label: labels.keepOld(), answer: 'keep' } as const] : []),
      approve,
      ...(canChoose ? [{ label: labels.anotherSource(), answer: 'choose' } as const] : []),
    ],
  });
}

function adviceFor({ isEntered, approved }: ApprovalQuestion): string {
  if (isEntered) return l10n.t('VS Code sends the credential to this server only, for this workspace.');
  return approved === undefined
    ? l10n.t('These settings came with the folder or the environment. Approve only what you recognize.')
    : l10n.t('If you did not change this yourself, ask who did before you approve.');
}
