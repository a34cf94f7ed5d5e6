import type { Problem } from '../../../../src/problem.ts';
import type { SettingKey } from '../../../../src/settings/manifest.ts';
import type { SettingTexts } from '../../../../src/settings/written-values.ts';
import type { ServerCheck } from '../../../../src/vscode/diagnosis/check-tracking-server.ts';
import type { Names, StoreView } from '../../../../src/vscode/connect/store-view.ts';
import { labels } from '../../../../src/vscode/labels.ts';
import { answer } from './inputs-double.ts';
import type { Answer, Shown } from './inputs-double.ts';

// After the double of the editor.
const { runChange, runWizard } = await import('../../../../src/vscode/connect/wizard.ts');

export const uri = 'https://mlflow.company.com';
const there: ServerCheck = {
  kind: 'found',
  message: 'MLflow 3 responded.',
  warning: undefined,
  scheme: undefined,
};

export interface Scene {
  readonly current?: SettingTexts;
  readonly decided?: readonly SettingKey[];
  readonly isSuggested?: boolean;
  readonly check?: ServerCheck;
  readonly names?: Names | 'never' | Promise<Names>;
  /** Secret stores that are listed. */
  readonly stores?: Names;
  readonly profiles?: readonly string[];
  readonly hasToken?: boolean;
  readonly greeting?: string | Problem;
  readonly missing?: readonly SettingKey[];
}

const secrets = ['other', 'team/mlflow'].map((name) => ({ name, about: undefined }));
export const keyVaults = ['https://other.vault.azure.net', 'https://ml-flow.vault.azure.net'];
const listedStores: Names = {
  kind: 'listed',
  secrets: keyVaults.map((name) => ({ name, about: 'ML' })),
  isCutOff: false,
  identity: undefined,
};
export const listed: Extract<Names, { kind: 'listed' }> = {
  kind: 'listed',
  secrets,
  isCutOff: false,
  identity: 'reader/anna',
};

/** What the wizard sees in the place of a store; the real one needs servers. */
function storeOf(scene: Scene): StoreView {
  const { names = listed, profiles = [], hasToken = false, greeting, missing = [], decided = [] } = scene;
  const view: Pick<
    StoreView,
    'known' | 'names' | 'stores' | 'greeting' | 'lastGreeting' | 'hasAmbient' | 'mayLeaveOut' | 'missing'
  > = {
    known: async () =>
      Promise.resolve(
        profiles.map((value) => ({
          ...{ value, about: 'SSO', decides: ['aws.region'] },
          isOnlyOne: profiles.length === 1,
        })),
      ),
    // The real one asks nobody where the connection lacks anything but its secret.
    names: async ({ trackingUri }, _secret, signal) =>
      trackingUri === undefined && !decided.includes('trackingUri')
        ? Promise.resolve({ kind: 'notAsked' })
        : names === 'never'
          ? new Promise((_resolve, reject) =>
              signal.addEventListener('abort', () => reject(new Error('ended'))),
            )
          : Promise.resolve(names),
    stores: async () => Promise.resolve(scene.stores ?? listedStores),
    greeting: async () => Promise.resolve(greeting),
    lastGreeting: typeof greeting === 'string' ? greeting : undefined,
    hasAmbient: async () => Promise.resolve(hasToken),
    mayLeaveOut: true,
    missing: async () => Promise.resolve(missing),
  };
  return view as StoreView;
}

/** What a wizard asks in that scene, and what comes of these answers. */
export async function run(
  scene: Scene,
  answers: readonly Answer[],
  ask = runWizard,
): Promise<{
  readonly isCancelled: boolean;
  readonly settings: SettingTexts;
  readonly seen: readonly Shown[];
}> {
  const { current = {}, decided = [], isSuggested = true, check = there } = scene;
  const title = ask === runChange ? labels.editTitle() : labels.wizardTitle();
  const running = ask(title, current, {
    checkTrackingServer: async () => Promise.resolve(check),
    suggested: isSuggested ? { uri: `${uri}/#/experiments/3`, from: 'train.py' } : undefined,
    decided: new Set(decided),
    store: storeOf(scene),
  });
  const seen = await answer(answers);
  const { isCancelled, answers: given } = await running;
  return { isCancelled, settings: given.settings, seen };
}
