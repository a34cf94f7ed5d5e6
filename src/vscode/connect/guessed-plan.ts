import { providers } from '../../providers/providers.ts';
import type { SettingTexts } from '../../settings/written-values.ts';
import type { FoundServer } from '../project-findings.ts';
import type { Plan } from './plan.ts';
import { addressOf, isThere } from './server-steps.ts';
import type { ServerStepsHost } from './server-steps.ts';
import { stepsOf } from './steps.ts';
import type { StoreView, StoreViewHost } from './store-view.ts';

type GuessHost = Pick<StoreViewHost, 'read'> & Pick<ServerStepsHost, 'checkTrackingServer'>;
type Guess = Omit<Plan, 'otherwise'>;

/** Where variables say all but the server, and the project names that, there is nothing to ask but approval. */
export async function guessedPlan({ read }: GuessHost, server: FoundServer): Promise<Guess | undefined> {
  const settings = { trackingUri: addressOf(server) };
  const ready = await read(settings);
  return ready.kind === 'ready' ? { ready, settings, found: undefined, isGuessed: true } : undefined;
}

interface Surroundings {
  /** What is set. */
  readonly current: SettingTexts;
  readonly store: StoreView;
}

/**
 * Where the project names a server that is there, and neither a setting nor this machine points to a secret store, the
 * credential is entered: approval is asked for first, and then the credential.
 */
export async function enteredPlan(
  { read, checkTrackingServer }: GuessHost,
  server: FoundServer,
  { current, store }: Surroundings,
): Promise<Guess | undefined> {
  const entered = providers.find(({ isSecretEntered }) => isSecretEntered);
  if (entered === undefined || current.provider !== undefined || (await hasStore(current, store)))
    return undefined;
  const trackingUri = addressOf(server);
  const found = await checkTrackingServer(trackingUri);
  const settings = { trackingUri, provider: entered.id };
  const ready = isThere(found) ? await read(settings) : undefined;
  return ready?.kind === 'ready' ? { ready, settings, found, isGuessed: true } : undefined;
}

async function hasStore(current: SettingTexts, store: StoreView): Promise<boolean> {
  if (!store.mayLeaveOut) return true;
  const known = providers.map(
    async ({ id, autoSettings }) =>
      autoSettings.some((key) => current[key]) || (await stepsOf[id].isKnown?.(store)) === true,
  );
  return (await Promise.all(known)).includes(true);
}
