import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import type { Problem } from '../../problem.ts';
import type { ConnectionState } from '../../connection/state.ts';
import { providerOf } from '../../providers/providers.ts';
import type { Credentials } from '../credentials.ts';
import type { EnteredCredential } from './step-kit.ts';
import { withoutPassword } from './steps/stored.ts';
import { askCredentials } from './wizard.ts';
import type { CredentialQuestion } from './wizard.ts';

/** By tracking server, as whom a person tried in vain, or was about to, before giving up: offered again, as nothing of it is stored. */
export type TriedInVain = Map<string, readonly EnteredCredential[]>;

export interface AcceptanceHost {
  readonly credentials: Credentials;
  /** In this window. */
  readonly triedInVain: TriedInVain;
  /** Ends the use of what the tracking server does not accept, and says so, also to Python. */
  readonly giveUp: (problem: Problem) => Promise<void>;
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

/** What the fields show first when the credential is entered anew. */
export async function offeredAgain(
  { credentials, triedInVain }: Pick<AcceptanceHost, 'credentials' | 'triedInVain'>,
  configuration: ConnectionConfiguration,
): Promise<readonly EnteredCredential[]> {
  const stored = await credentials.entered(configuration);
  return stored.length > 0 ? stored : (triedInVain.get(configuration.tracking.origin) ?? []);
}

/**
 * Stores what was entered and connects; where whoever it is for does not accept it, asks again, as often as it takes.
 * Nobody tries it once more meanwhile, which could lock the account: what was stored before is stored again at once.
 * `undefined` when the user gave up.
 */
export async function connectWithEntered(
  host: AcceptanceHost,
  { configuration, entered, question, connect }: Entry,
): Promise<ConnectionState | undefined> {
  const { credentials, triedInVain } = host;
  const before = await credentials.entered(configuration);
  let stored = entered;
  for (;;) {
    await credentials.store(configuration, stored);
    await connect();
    const { state } = host.connection();
    const wrong = whyWrong(state, configuration);
    if (wrong === undefined || stored.length === 0 || question === undefined) return state;
    await host.giveUp(wrong);
    await credentials.restore(configuration, before);
    const again = await askCredentials(question, { entered: stored, why: wrong.message });
    if (again.isCancelled) {
      triedInVain.set(configuration.tracking.origin, withoutPassword(again.credentials));
      if (before.length > 0) await connect();
      return undefined;
    }
    stored = again.credentials;
  }
}

/** Of what was entered, by the tracking server or by the secret store. */
function whyWrong(state: ConnectionState, { source }: ConnectionConfiguration): Problem | undefined {
  if (state.kind === 'failed') {
    return state.problem.action?.kind === 'enterCredential' ? state.problem : undefined;
  }
  // Who stands before the server may deny the right one, too.
  const isWrong = state.kind === 'rejected' && state.of !== 'anything' && providerOf(source).isSecretEntered;
  return isWrong ? state.problem : undefined;
}
