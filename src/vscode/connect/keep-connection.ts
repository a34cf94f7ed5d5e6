import type { Approvals } from '../../connection/approvals.ts';
import { destinationOf } from '../../configuration/destination.ts';
import type { ConfigurationResult } from '../../configuration/read-configuration.ts';
import { asProblem } from '../../problem.ts';
import type { SettingTexts } from '../../settings/written-values.ts';
import { writeSettings } from '../settings.ts';
import { showProblem } from '../status/problem-message.ts';
import { askApproval } from './approval-dialog.ts';
import { setValues } from './set-values.ts';

export interface KeepHost {
  readonly approvals: Approvals;
  /** Reads the configuration as it will be once these settings are written. */
  readonly read: (settings: SettingTexts) => Promise<ConfigurationResult>;
  /** Takes what has changed into account. */
  readonly reconsider: () => void;
}

export interface UnapprovedKeeping {
  readonly hours: number;
  /** Asks for the user's consent, and with it writes the settings. Never rejects. */
  readonly approve: () => Promise<void>;
}

/** `undefined`: with these settings the connection is not kept, or that is approved, or something else is not. */
export async function unapprovedKeeping(
  { approvals, read, reconsider }: KeepHost,
  change: SettingTexts,
): Promise<UnapprovedKeeping | undefined> {
  const after = await read(change);
  if (after.kind !== 'ready') return undefined;
  const { configuration, risk, values } = after;
  const { afterClose } = configuration;
  const destination = destinationOf(configuration);
  const isDue = approvals.isApproved(destination) && !approvals.mayBeKept(destination);
  if (afterClose.kind !== 'whileInUse' || !isDue) return undefined;
  const approve = async (): Promise<void> => {
    const { approved } = approvals;
    const question = { configuration, approved, risk, isEntered: true, canKeep: false, canChoose: false };
    // What was approved may be another by the time of the answer.
    if ((await askApproval(question)) !== 'approve' || !approvals.isApproved(destination)) return;
    try {
      await writeSettings(change);
      await approvals.approve(destination, setValues(values));
      reconsider();
    } catch (error) {
      void showProblem(asProblem(error, 'settings.unexpected', 'afterFix'));
    }
  };
  return { hours: afterClose.keepHours, approve };
}
