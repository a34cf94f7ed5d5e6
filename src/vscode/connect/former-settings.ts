import * as l10n from '@vscode/l10n';
import type { ApprovedSettings } from '../../connection/approvals.ts';
import { showMessage } from '../sinks/messages.ts';
import { writeSettings } from '../settings.ts';

/** *Keep the Old One*: writes them back, so that the connection goes on as it was approved. */
export async function keepFormer(changed: ApprovedSettings): Promise<void> {
  await writeSettings(changed);
  void showMessage('information', [
    l10n.t('The connection stays as you approved it; the settings are back.'),
  ]);
}
