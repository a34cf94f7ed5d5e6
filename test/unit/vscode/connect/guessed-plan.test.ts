import assert from 'node:assert/strict';
import { readConfiguration } from '../../../../src/configuration/read-configuration.ts';
import { foundAfterWriting } from '../../../../src/settings/written-values.ts';
import type { SettingTexts } from '../../../../src/settings/written-values.ts';
import type { SettingKey } from '../../../../src/settings/manifest.ts';
import type { ServerCheck } from '../../../../src/vscode/diagnosis/check-tracking-server.ts';
import type { StoreView } from '../../../../src/vscode/connect/store-view.ts';
import './inputs-double.ts';

// After the double of the editor.
const { enteredPlan } = await import('../../../../src/vscode/connect/guessed-plan.ts');

const uri = 'https://mlflow.company.com';
const there: ServerCheck = { kind: 'found', message: 'There.', warning: undefined, scheme: 'basic' };

interface Scene {
  readonly current?: SettingTexts;
  /** Which values this machine knows. */
  readonly known?: readonly SettingKey[];
  readonly check?: ServerCheck;
  readonly mayLeaveOut?: boolean;
}

async function planIn({ current = {}, known = [], check = there, mayLeaveOut = true }: Scene) {
  const asked: string[] = [];
  const view: Pick<StoreView, 'known' | 'mayLeaveOut'> = {
    known: async (_provider, key) =>
      Promise.resolve(known.includes(key) ? [{ value: 'x', about: '', decides: [] }] : []),
    mayLeaveOut,
  };
  const plan = await enteredPlan(
    {
      read: async (changes) =>
        readConfiguration({
          settings: foundAfterWriting({}, changes, true),
          environment: {},
          foreignHttpProxy: undefined,
          hasBootstrap: async () => Promise.resolve(false),
        }),
      checkTrackingServer: async (server) => {
        asked.push(server);
        return Promise.resolve(check);
      },
    },
    { uri: `${uri}/#/experiments/3`, from: 'train.py' },
    { current, store: view as StoreView },
  );
  return { plan, asked };
}

describe('a new user whose project names the server', () => {
  it('is asked for approval at once, with what the server said, and the credential is to be entered', async () => {
    const { plan, asked } = await planIn({});
    assert.deepEqual(plan?.settings, { trackingUri: uri, provider: 'stored' });
    assert.deepEqual([plan.found, plan.isGuessed], [there, true]);
    assert.equal(plan.ready.configuration.source.provider, 'stored');
    assert.deepEqual(asked, [uri]);
  });

  for (const [what, scene] of [
    ['a source is set', { current: { provider: 'aws' } }],
    ['the address of Vault is known', { current: { 'vault.address': 'https://vault.company.com' } }],
    ['there is a token for Vault', { known: ['vault.authMethod'] }],
    ['there is a profile of AWS', { known: ['aws.profile'] }],
    ['there is a sign-in to Azure', { known: ['azure.signIn'] }],
    ['everything is to be asked', { mayLeaveOut: false }],
  ] as const) {
    it(`chooses the source where ${what}, and the server is not asked before`, async () => {
      const { plan, asked } = await planIn(scene);
      assert.deepEqual([plan, asked], [undefined, []]);
    });
  }

  it('chooses where no tracking server is known to be there, or something is to be said of it', async () => {
    for (const check of [
      { kind: 'doubtful', message: 'Nobody responds.' },
      { ...there, warning: 'It is not encrypted.' },
    ] as const) {
      assert.equal((await planIn({ check })).plan, undefined);
    }
  });
});
