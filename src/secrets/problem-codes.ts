import type { ProblemTable } from '../mending.ts';

/** What is wrong with a secret, whichever store it is from. */
export const secretProblems = {
  /** The secret store did not respond in time. */
  late: ['network', 'store'],
  /** The secret store did not return the credential while the request waited. */
  timeout: ['network', 'store'],
  /** The tracking server rejected the credential, and the secret store did not say in time whether it has a newer one. */
  refreshTimeout: ['network', 'store'],
  /** The credential changed while the request was being sent. MLflow's client sends it again. */
  changed: ['waiting'],
  /** The credential cannot be sent in a header. */
  unusable: ['settings', 'store', 'enterCredential'],
  /** The connection was closed while the secret was being fetched. */
  closed: ['signIn'],
  /** The credential is not good any longer, and no VS Code window is open that could fetch another one. */
  windowClosed: ['window'],
  /** The secret has a form that is not understood. The message says what is wrong; its value is never shown. */
  malformed: ['store', 'enterCredential'],
  /** The secret does not fit `mlflowSecretsAuth.auth.mode`. */
  mode: ['settings', 'store', 'enterCredential'],
  /** VS Code's secret storage failed or did not respond; mostly, the keychain of your computer is locked or missing. */
  storage: ['machine', 'enterCredential'],
  /** VS Code's secret storage did not delete everything that **MLflow: Forget Credential** should have deleted. */
  notForgotten: ['machine'],
  /** Something unexpected happened while the secret was being fetched. The log says more. */
  unexpected: ['waiting', 'store'],
} as const satisfies ProblemTable;
