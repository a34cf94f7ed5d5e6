import * as l10n from '@vscode/l10n';
import { labels } from '../labels.ts';
import { reloadOffer } from '../python-extension.ts';
import { showMessage } from '../sinks/messages.ts';

/** What came of a command that a person ran; not waited for, since it stays for as long as the user likes. */
export function showConnected(): void {
  show(labels.connected());
}

export function showDisconnected({ isRevoked }: { readonly isRevoked: boolean }): void {
  show(
    isRevoked
      ? l10n.t('Disconnected from MLflow. The session token of running kernels and terminals is revoked.')
      : labels.disconnected(),
  );
}

function show(sentence: string): void {
  const offer = reloadOffer();
  if (offer === undefined) void showMessage('information', [sentence]);
  else void showMessage('information', [sentence, offer.sentence], [offer.button]);
}
