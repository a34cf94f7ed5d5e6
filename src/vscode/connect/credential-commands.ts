import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import type { ConfigurationResult } from '../../configuration/read-configuration.ts';
import { showProblem } from '../status/problem-message.ts';
import { connectWithEntered } from './accepted-credential.ts';
import type { AcceptanceHost } from './accepted-credential.ts';
import { settingsOf } from './connect-flow.ts';
import { askCredentials } from './wizard.ts';

export interface CredentialCommandsHost extends AcceptanceHost {
  readonly read: () => Promise<ConfigurationResult>;
  /** *MLflow: Connect*: asks for everything that is not set yet. */
  readonly connectByHand: () => Promise<unknown>;
  /** Deletes what belongs to this source's sign-in, in all workspaces. */
  readonly forget: (configuration: ConnectionConfiguration) => Promise<void>;
  /** Connects again, where this workspace connects. */
  readonly reconnect: () => Promise<void>;
}

/** *MLflow: Sign In Again*: replaces what the sign-in of the configured source uses. */
export async function enterCredential(host: CredentialCommandsHost): Promise<void> {
  const result = await host.read();
  if (result.kind !== 'ready') {
    await host.connectByHand();
    return;
  }
  const before = await host.credentials.entered(result.configuration);
  const entered = await askCredentials(settingsOf(result), host.credentials, { entered: before });
  if (entered === undefined) return;
  const { configuration } = result;
  const state = await connectWithEntered(host, { configuration, entered, connect: host.reconnect });
  if (state?.kind === 'failed' || state?.kind === 'rejected' || state?.kind === 'unavailable') {
    void showProblem(state.problem);
  }
}

/**
 * *MLflow: Forget Credential*: ends the connection, and deletes what was entered for the configured source and what was
 * fetched with it, in all workspaces.
 */
export async function forgetCredential({
  read,
  forget,
  disconnect,
}: Pick<CredentialCommandsHost, 'read' | 'forget' | 'disconnect'>): Promise<void> {
  // Before anything is deleted: "auto" may choose by what was entered. The end of the connection does not wait for it.
  const [result] = await Promise.all([read(), disconnect()]);
  if (result.kind === 'ready') await forget(result.configuration);
}
