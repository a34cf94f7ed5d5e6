import * as l10n from '@vscode/l10n';

/**
 * Labels by which tests and the demo find their way on the screen. Titles of commands are in package.nls.json, names of
 * providers with each provider.
 */

/** Words in the status bar, after "MLflow:". */
export const statusWords = {
  disconnected: () => l10n.t('off'),
  restricted: () => l10n.t('restricted'),
  needsConfiguration: () => l10n.t('setup needed'),
  needsApproval: () => l10n.t('approval needed'),
  connecting: () => l10n.t('connecting'),
  connected: () => l10n.t('connected'),
  degraded: () => l10n.t('degraded'),
  rejected: () => l10n.t('credential rejected'),
  unavailable: () => l10n.t('server unavailable'),
  failed: () => l10n.t('failed'),
} as const;

/** The text of the status bar item. */
export function statusText(state: keyof typeof statusWords): string {
  return `MLflow: ${statusWords[state]()}`;
}

export const labels = {
  /** The text of the status bar item where nothing is set up. */
  connectHere: () => l10n.t('MLflow: connect'),
  usesMlflow: () =>
    l10n.t('This project uses MLflow. Connect once, and all terminals and notebooks are authenticated.'),
  wizardTitle: () => l10n.t('Connect to MLflow'),
  trackingUriPrompt: () => l10n.t('Address of your MLflow tracking server, as your code writes it'),
  basicMode: () => l10n.t('User name and password'),
  storedUserPrompt: () => l10n.t('User name for the tracking server'),
  storedPasswordPrompt: (user: string) =>
    l10n.t("Password for {0}, stored in VS Code's secret storage", user),
  storedTokenPrompt: () => l10n.t("Token for the tracking server, stored in VS Code's secret storage"),
  ambientVaultTokenPrompt: () =>
    l10n.t('Vault token (leave empty to use {0} or {1})', 'VAULT_TOKEN', '~/.vault-token'),
  vaultTokenPrompt: () => l10n.t("Vault token, stored in VS Code's secret storage"),
  approvalTitle: (server: string) => l10n.t('Send this credential to {0}?', server),
  changedApprovalTitle: (server: string) =>
    l10n.t('The destination of the credential has changed. Send it to {0}?', server),
  posixShells: 'bash, zsh, sh',
  approve: () => l10n.t('Approve and Connect'),
  connectingTo: (server: string) => l10n.t('Connecting to {0}', server),
  connected: () => l10n.t('Connected to MLflow. Restart kernels and terminals that are already running.'),
  disconnected: () => l10n.t('Disconnected from MLflow.'),
  reloadForTests: () => l10n.t('For the Testing view, reload the window.'),
  oneKernel: () =>
    l10n.t('A notebook kernel that is already running does not know the connection to MLflow.'),
  kernels: (count: number) =>
    l10n.t('{0} notebook kernels that are already running do not know the connection to MLflow.', count),
  authenticateKernel: () => l10n.t('Authenticate Kernel'),
  authenticateKernels: () => l10n.t('Authenticate Kernels'),
  restricted: () =>
    l10n.t(
      'MLflow is not connected in Restricted Mode, because settings of this folder could send your credential anywhere.',
    ),
} as const;
