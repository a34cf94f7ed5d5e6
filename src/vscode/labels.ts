import * as l10n from '@vscode/l10n';
import type { DestinationChange } from '../configuration/destination.ts';

/**
 * Labels by which tests and the demo find their way on the screen. Titles of commands are in package.nls.json, names of
 * providers with each provider.
 */

/** Words in the status bar, after "MLflow:". */
export const statusWords = {
  disconnected: () => l10n.t('disconnected'),
  restricted: () => l10n.t('restricted'),
  needsConfiguration: () => l10n.t('setup needed'),
  needsApproval: () => l10n.t('approval needed'),
  connecting: () => l10n.t('connecting'),
  connected: () => l10n.t('connected'),
  degraded: () => l10n.t('degraded'),
  rejected: () => l10n.t('credential rejected'),
  wall: () => l10n.t('browser sign-in required'),
  unavailable: () => l10n.t('server unavailable'),
  failed: () => l10n.t('failed'),
} as const;

/** The text of the status bar item. */
export function statusText(state: keyof typeof statusWords): string {
  return `MLflow: ${statusWords[state]()}`;
}

/** The text of the status bar item where nothing is set up. */
export function connectHere(): string {
  return l10n.t('MLflow: connect');
}

/** Apart from those above, which each window loads: a bundle that uses one of these has them all. */
export const labels = {
  usesMlflow: () =>
    l10n.t('This project uses MLflow. Connect once, and all terminals and notebooks are authenticated.'),
  wizardTitle: () => l10n.t('Connect to MLflow'),
  editTitle: () => l10n.t('Edit Connection'),
  trackingUriPrompt: () => l10n.t('Address of your MLflow tracking server, as your code writes it'),
  connectTo: (server: string) => l10n.t('Connect to {0}', server),
  anotherServer: () => l10n.t('Another tracking server'),
  switchServer: () => l10n.t('Switch Server'),
  whichServer: () => l10n.t('Which tracking server?'),
  lookingAtServers: () => l10n.t('Looking at the servers of this workspace'),
  whichFolder: () => l10n.t('Which folder has the tracking server?'),
  whichSource: () => l10n.t('Where does the credential come from?'),
  whichSecret: () => l10n.t('Which secret?'),
  whichKeyVault: () => l10n.t('Which key vault?'),
  enterAddress: () => l10n.t('Enter the address'),
  whichProfile: () => l10n.t('Which AWS profile?'),
  regionPrompt: () => l10n.t('AWS region (leave empty to use the region of your AWS configuration)'),
  vaultMethod: () => l10n.t('How do you sign in to Vault?'),
  enterPath: () => l10n.t('Enter the path'),
  vaultAddressPrompt: () => l10n.t('Address of Vault'),
  storedUserPrompt: (server: string) => l10n.t('User name at {0}', server),
  storedUserOrTokenPrompt: (server: string) =>
    l10n.t('User name at {0} (leave empty to enter a token)', server),
  storedPasswordPrompt: (user: string, server: string) => l10n.t('Password of {0} at {1}', user, server),
  storedTokenPrompt: (server: string) => l10n.t('Token for {0}', server),
  ambientVaultTokenPrompt: (server: string) =>
    l10n.t('Vault token for {0} (leave empty to use {1} or {2})', server, 'VAULT_TOKEN', '~/.vault-token'),
  vaultTokenPrompt: (server: string) => l10n.t('Vault token for {0}', server),
  unusedVaultTokenPrompt: (server: string) =>
    l10n.t(
      'Vault token for {0} (yours on this machine is not used, as VAULT_ADDR does not name this address; "vault print token" shows it)',
      server,
    ),
  approvalTitle: (server: string) => l10n.t('Sign in at {0}?', server),
  approval: (changed: DestinationChange, server: string): string => {
    switch (changed) {
      case 'server':
        return l10n.t('Send the credential to another tracking server, {0}?', server);
      case 'source':
        return l10n.t('Read the credential for {0} from another place?', server);
      case 'other':
        return l10n.t('Sign in at {0} in another way?', server);
      case 'kept':
        return l10n.t('Keep the connection to {0} after this window is closed?', server);
    }
  },
  posixShells: 'bash, zsh, sh',
  approve: () => l10n.t('Approve'),
  revoke: () => l10n.t('Disconnect and Revoke'),
  forget: () => l10n.t('Forget'),
  forgotten: () => l10n.t('The credential is forgotten.'),
  anotherSource: () => l10n.t('Choose Another Source'),
  keepOld: () => l10n.t('Keep the Old One'),
  connectingTo: (server: string) => l10n.t('Connecting to {0}', server),
  connected: (user?: string) =>
    user === undefined ? l10n.t('Connected to MLflow.') : l10n.t('Connected to MLflow as {0}.', user),
  unawareTerminals: (count: number) =>
    count === 1
      ? l10n.t('A terminal that is open already does not know it: open a new one.')
      : l10n.t('{0} terminals that are open already do not know it: open new ones.', count),
  olderTerminals: () => l10n.t('Terminals that are open already may not know it.'),
  disconnected: () => l10n.t('Disconnected from MLflow.'),
  reloadForTests: () => l10n.t('For the Testing view, reload the window.'),
  restricted: () =>
    l10n.t(
      'MLflow is not connected in Restricted Mode, because settings of this folder could send your credential anywhere.',
    ),
} as const;
