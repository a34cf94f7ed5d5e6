import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import type { ConnectionState } from '../../connection/state.ts';
import { providerOf } from '../../providers/providers.ts';
import type { Credentials } from '../credentials.ts';
import type { EnteredCredential } from './step-kit.ts';
import { askCredentials } from './wizard.ts';
import type { CredentialQuestion } from './wizard.ts';

export interface AcceptanceHost {
  readonly credentials: Credentials;
  readonly disconnect: () => Promise<unknown>;
  readonly connection: () => { readonly state: ConnectionState };
}

export interface Entry {
  readonly configuration: ConnectionConfiguration;
  readonly entered: readonly EnteredCredential[];
  /** With which it is asked for again. */
  readonly question: CredentialQuestion | undefined;
  /** Makes the connection with what is stored. */
  readonly connect: () => Promise<void>;
}

/**
 * Stores what was entered and connects; where the tracking server does not accept it, asks again, as often as it takes.
 * `undefined` when the user gave up: then what was stored before is stored again.
 */
export async function connectWithEntered(
  host: AcceptanceHost,
  { configuration, entered, question, connect }: Entry,
): Promise<ConnectionState | undefined> {
  const { credentials } = host;
  const before = await credentials.entered(configuration);
  let stored = entered;
  for (;;) {
    await credentials.store(configuration, stored);
    await connect();
    const { state } = host.connection();
    const isWrong = state.kind === 'rejected' && providerOf(configuration.source).isSecretEntered;
    if (!isWrong || stored.length === 0 || question === undefined) return state;
    const again = await askCredentials(question, { entered: stored, why: state.problem.message });
    if (again !== undefined) {
      stored = again;
      continue;
    }
    await credentials.restore(configuration, before);
    await (before.length === 0 ? host.disconnect() : connect());
    return undefined;
  }
}
