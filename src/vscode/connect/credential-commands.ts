import type { ConfigurationResult } from '../../configuration/read-configuration.ts';
import type { Credentials } from '../credentials.ts';
import { settingsOf } from './connect-flow.ts';
import { askCredentials } from './wizard.ts';

export interface CredentialCommandsHost {
  readonly read: () => Promise<ConfigurationResult>;
  readonly credentials: Credentials;
  /** *Connect MLflow*: asks for everything that is not set yet. */
  readonly connectByHand: () => Promise<unknown>;
  /** Connects again, where this workspace connects. */
  readonly reconnect: () => Promise<void>;
}

/** *Enter MLflow Credential*: replaces what the sign-in of the configured source uses. */
export async function enterCredential(host: CredentialCommandsHost): Promise<void> {
  const result = await host.read();
  if (result.kind !== 'ready') {
    await host.connectByHand();
    return;
  }
  const entered = await askCredentials(settingsOf(result), host.credentials);
  if (entered === undefined) return;
  await host.credentials.store(result.configuration, entered);
  await host.reconnect();
}

/** *Forget MLflow Credential*: deletes what was entered for the configured source. */
export async function forgetCredential({
  read,
  credentials,
  reconnect,
}: CredentialCommandsHost): Promise<void> {
  const result = await read();
  if (result.kind !== 'ready') return;
  await credentials.forget(result.configuration);
  await reconnect();
}
