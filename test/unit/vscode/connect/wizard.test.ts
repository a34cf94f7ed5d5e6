import assert from 'node:assert/strict';
import { Problem } from '../../../../src/problem.ts';
import type { SettingTexts } from '../../../../src/settings/written-values.ts';
import type { Names } from '../../../../src/vscode/connect/store-view.ts';
import { labels } from '../../../../src/vscode/labels.ts';
import { answer } from './inputs-double.ts';
import type { Answer } from './inputs-double.ts';
import { keyVaults, listed, run, uri } from './wizard-scene.ts';
import type { Scene } from './wizard-scene.ts';

// After the double of the editor.
const { askCredentials, runChange } = await import('../../../../src/vscode/connect/wizard.ts');

describe('the wizard, where the project names the server', () => {
  it('asks one question for what is entered in VS Code', async () => {
    const { settings, seen } = await run({}, ['Enter']);
    assert.deepEqual(settings, { trackingUri: uri, provider: 'stored' });
    assert.equal(seen[0]?.title, `${labels.connectTo(uri)}: ${labels.whichSource()}`);
  });

  it('asks for AWS by two picks, whichever the profile', async () => {
    const scene = { profiles: ['default', 'ml-dev'] };
    const { settings, seen } = await run(scene, [{ pick: 'ml-dev' }, 'Enter']);
    assert.deepEqual(settings, {
      ...{ trackingUri: uri, provider: 'aws', 'aws.profile': 'ml-dev', 'aws.secretId': 'team/mlflow' },
    });
    assert.deepEqual(seen[1]?.rows, ['team/mlflow', 'other', 'Enter the name or ARN']);
  });

  it('leaves the row for another one where it is when the secrets come later, and offers the likely one', async () => {
    const enter = 'Enter the name or ARN';
    for (const [does, active] of [
      [(): void => undefined, 'team/mlflow'],
      [{ goTo: enter }, enter],
    ] as const) {
      const { promise, resolve } = Promise.withResolvers<Names>();
      const { seen } = await run({ profiles: ['default', 'ml-dev'], names: promise }, [
        ...[{ pick: 'ml-dev' }, { whileLooking: does }],
        ...[{ whileLooking: () => resolve(listed) }, 'Escape' as const],
      ]);
      assert.deepEqual(seen[1]?.rows, [enter]);
      assert.deepEqual(seen[3]?.rows, [enter, 'team/mlflow', 'other']);
      assert.equal(seen[3].active, active);
    }
  });

  it('asks for the profile of AWS after it, too', async () => {
    const scene = { profiles: ['default', 'ml-dev'] };
    const picks: Answer[] = [{ pick: 'AWS Secrets Manager' }, { pick: 'ml-dev' }, 'Enter'];
    assert.equal((await run(scene, picks)).settings['aws.profile'], 'ml-dev');
  });

  it('goes back from one profile to another source, of which the profile is no part', async () => {
    const picks: Answer[] = [{ pick: 'ml-dev' }, 'Back', { pick: 'AWS Secrets Manager' }, 'Enter', 'Enter'];
    const { settings } = await run({ profiles: ['default', 'ml-dev'] }, picks);
    assert.equal(settings['aws.profile'], '');
  });

  it('asks the same again after Escape, and offers what was chosen', async () => {
    const scene = { profiles: ['default', 'ml-dev'] };
    const before = await run(scene, [{ pick: 'ml-dev' }, { pick: 'other' }]);
    const { settings, seen } = await run({ ...scene, current: before.settings }, ['Enter', 'Enter']);
    assert.deepEqual(
      seen.map(({ title, active }) => [title, active]),
      [
        [`${labels.connectTo(uri)}: ${labels.whichSource()}`, 'ml-dev'],
        [`${labels.wizardTitle()}: ${labels.whichSecret()}`, 'other'],
      ],
    );
    assert.deepEqual(settings, before.settings);
  });

  it('asks for the address again after Escape where another one was entered', async () => {
    const trackingUri = 'https://other.company.com';
    assert.equal((await run({ current: { trackingUri } }, ['Escape'])).seen[0]?.value, trackingUri);
  });

  it('offers no profile beside one that is in no file', async () => {
    const current = { provider: 'aws', 'aws.profile': 'away' };
    const [shown] = (await run({ current, profiles: ['default', 'ml-dev'] }, ['Escape'])).seen;
    assert.deepEqual([shown?.active, shown?.rows?.includes('ml-dev')], ['AWS Secrets Manager', false]);
  });

  it('offers the only profile, where it is what this machine has to sign in with', async () => {
    const { settings, seen } = await run({ profiles: ['ml-dev'] }, [
      ...[{ pick: 'AWS Secrets Manager' }, 'Enter' as const, 'Enter' as const],
    ]);
    assert.deepEqual(seen[1]?.rows, ['ml-dev', 'Default credentials']);
    assert.equal(settings['aws.profile'], 'ml-dev');
  });

  for (const profiles of [['default'], []]) {
    it(`asks for no profile of ${profiles.length === 0 ? 'none' : 'one'}`, async () => {
      const scene = { profiles, decided: ['aws.region'] } as const;
      const { settings } = await run(scene, [{ pick: 'AWS Secrets Manager' }, 'Enter']);
      assert.equal(settings['aws.secretId'], 'team/mlflow');
    });
  }

  describe('and address and token of Vault are known', () => {
    const current = { 'vault.address': 'https://vault.company.com:8200' };
    const scene: Scene = { current, decided: ['vault.address'], hasToken: true };

    it('asks one question where Vault lists one likely secret, which comes first', async () => {
      const { settings, seen } = await run(scene, ['Enter']);
      assert.deepEqual(settings, {
        ...current,
        trackingUri: uri,
        provider: 'vault',
        'vault.path': 'team/mlflow',
      });
      assert.deepEqual([seen[0]?.rows?.[0], seen[0]?.active], ['team/mlflow', 'team/mlflow']);
    });

    for (const [what, names] of [
      ['two likely ones', ['team/mlflow', 'other/mlflow']],
      ['none of them likely', ['a', 'b']],
    ] as const) {
      it(`asks for the path where there are ${what}`, async () => {
        const secrets = names.map((name) => ({ name, about: undefined }));
        const { seen } = await run({ ...scene, names: { ...listed, secrets } }, ['Enter', 'Enter']);
        assert.equal(seen[1]?.title, `${labels.wizardTitle()}: ${labels.whichSecret()}`);
      });
    }

    const chosen = { ...current, trackingUri: uri, provider: 'vault', 'vault.path': 'team/mlflow' };

    it('shows the list before Vault has answered, and then its secret in the place of Vault', async () => {
      const { promise, resolve } = Promise.withResolvers<Names>();
      const { settings, seen } = await run({ ...scene, names: promise }, [
        { whileLooking: () => resolve(listed) },
        'Enter',
      ]);
      const [before, after] = seen;
      assert.deepEqual(settings, chosen);
      assert.deepEqual([before?.active, after?.active], ['HashiCorp Vault', 'team/mlflow']);
      assert.deepEqual(
        before?.rows
          ?.map((row) => (row === 'HashiCorp Vault' ? 'team/mlflow' : row))
          .concat('HashiCorp Vault'),
        after?.rows,
      );
    });

    it('asks no second question where Vault is chosen before it has answered', async () => {
      const { promise, resolve } = Promise.withResolvers<Names>();
      const { settings, seen } = await run({ ...scene, names: promise }, [
        { whileLooking: 'Enter' },
        { whileLooking: () => resolve(listed) },
      ]);
      assert.deepEqual(settings, chosen);
      assert.equal(seen[1]?.title, `${labels.wizardTitle()}: ${labels.whichSecret()}`);
    });

    it('leaves who has gone to another source there', async () => {
      const { promise, resolve } = Promise.withResolvers<Names>();
      const other = "VS Code's secret storage";
      const { settings, seen } = await run({ ...scene, names: promise }, [
        { whileLooking: { goTo: other } },
        { whileLooking: () => resolve(listed) },
        'Enter',
      ]);
      assert.deepEqual([seen[2]?.active, settings.provider], [other, 'stored']);
    });

    it('has the path entered instead of waiting for Vault', async () => {
      const { settings } = await run({ ...scene, names: new Promise<Names>(() => undefined) }, [
        { whileLooking: 'Enter' },
        { whileLooking: { pick: labels.enterPath() } },
        { enter: 'team/other' },
      ]);
      assert.equal(settings['vault.path'], 'team/other');
    });

    it('still offers another secret of Vault, which is asked for', async () => {
      const { promise, resolve } = Promise.withResolvers<Names>();
      const { settings } = await run({ ...scene, names: promise }, [
        { whileLooking: () => resolve(listed) },
        { pick: 'HashiCorp Vault' },
        { pick: 'other' },
      ]);
      assert.equal(settings['vault.path'], 'other');
    });
  });

  describe('and a sign-in to Azure is known', () => {
    const scene = { profiles: ['anna@company.com'] };
    const settings = (vaultUrl: string): SettingTexts => ({
      trackingUri: uri,
      provider: 'azure',
      'azure.vaultUrl': vaultUrl,
      'azure.secretName': 'team/mlflow',
    });

    it('asks for Azure by three picks', async () => {
      const { settings: given, seen } = await run(scene, [{ pick: 'Azure Key Vault' }, 'Enter', 'Enter']);
      assert.deepEqual(given, settings('https://ml-flow.vault.azure.net'));
      assert.deepEqual(seen[1]?.rows, [...keyVaults].reverse().concat('Enter the address'));
    });

    for (const entered of ['https://ml-team.vault.azure.net', 'ml-team.vault.azure.net']) {
      it(`takes a vault that is not listed, entered as ${entered}`, async () => {
        const answers: Answer[] = [
          ...([{ pick: 'Azure Key Vault' }, { pick: 'Enter the address' }] as const),
          ...([{ enter: entered }, 'Enter'] as const),
        ];
        const { settings: given } = await run(scene, answers);
        assert.deepEqual(given, settings('https://ml-team.vault.azure.net'));
      });
    }

    for (const [stores, words] of [
      [{ kind: 'denied' }, 'this sign-in may not list key vaults'],
      [{ ...listed, secrets: [] }, 'no key vault is listed to you'],
      [{ kind: 'notAsked' }, 'Address of the key vault'],
    ] as const) {
      it(`asks for the address: ${words}`, async () => {
        const { seen } = await run({ ...scene, stores }, [{ pick: 'Azure Key Vault' }, 'Escape']);
        assert.ok(seen[1]?.prompt.includes(words), seen[1]?.prompt);
      });
    }
  });

  it('lists no key vaults where no sign-in to Azure is known', async () => {
    const { seen } = await run({}, [{ pick: 'Azure Key Vault' }, 'Enter', 'Escape']);
    assert.match(seen[1]?.title ?? '', /How do you sign in to Azure\?/);
    assert.equal(seen[2]?.prompt, 'Address of the key vault, for example https://ml-team.vault.azure.net');
  });

  it('asks for the address where nothing is known to be there, and keeps the source', async () => {
    const check = { kind: 'doubtful', message: 'Nobody responds.' } as const;
    const { settings, seen } = await run({ check }, ['Enter', 'Enter', 'Enter']);
    const [, asked] = seen;
    assert.match(asked?.objection ?? '', /Nobody responds\./);
    assert.equal(asked?.value, uri);
    assert.deepEqual(settings, { trackingUri: uri, provider: 'stored' });
  });

  it('asks for another server, and goes back to this one', async () => {
    const other = 'https://other.company.com';
    const answers: Answer[] = [
      ...([{ pick: labels.anotherServer() }, 'Back', { pick: labels.anotherServer() }] as const),
      ...([{ enter: other }, 'Enter'] as const),
    ];
    const { settings, seen } = await run({}, answers);
    assert.equal(seen[2]?.title, seen[0]?.title);
    assert.deepEqual(settings, { trackingUri: other, provider: 'stored' });
  });
});

describe('the wizard, where it asks for a secret', () => {
  const aws: Scene = {
    current: { trackingUri: uri, provider: 'aws' },
    decided: ['trackingUri', 'provider', 'aws.region'],
  };

  for (const [what, names, words] of [
    ['may not be listed', { kind: 'denied' }, 'this sign-in may not list secrets'],
    ['cannot be asked for', { kind: 'notAsked' }, 'Name or ARN of the secret'],
  ] as const) {
    it(`asks for its name where secrets ${what}, without any alarm`, async () => {
      const { settings, seen } = await run({ ...aws, names }, [{ enter: 'mine' }]);
      const [asked] = seen;
      assert.ok((asked?.prompt ?? '').includes(words), asked?.prompt);
      assert.equal(asked?.objection, '');
      assert.equal(settings['aws.secretId'], 'mine');
    });
  }

  it('says what keeps it from being listed', async () => {
    const problem = new Problem({
      code: 'aws.ssoExpired',
      message: 'It has expired.',
      remedy: 'Sign in.',
      retry: 'afterFix',
    });
    const { seen } = await run({ ...aws, profiles: ['a', 'b'], names: { kind: 'failed', problem } }, [
      'Enter',
      { enter: 'x' },
    ]);
    const { objection, prompt } = { objection: '', prompt: '', ...seen[1] };
    assert.ok(objection.startsWith('It has expired. Sign in. (aws.ssoExpired) – Name or ARN'), objection);
    assert.ok(prompt.startsWith('Name or ARN'), prompt);
  });

  it('promises no connection once that was mended in a terminal, but the list', async () => {
    const problem = new Problem({
      code: 'aws.ssoExpired',
      message: 'It has expired.',
      remedy: 'It then connects.',
      retry: 'afterFix',
      action: { kind: 'runInTerminal', command: 'aws sso login', label: 'Run aws sso login' },
    });
    const { seen } = await run({ ...aws, profiles: ['a', 'b'], names: { kind: 'failed', problem } }, [
      'Enter',
      { enter: 'x' },
    ]);
    const said = 'Run "aws sso login" in a terminal and start over to get a list, or enter it here.';
    assert.ok(seen[1]?.objection.startsWith(`It has expired. ${said} (aws.ssoExpired)`), seen[1]?.objection);
  });

  it('names what was meant by a slip, and takes it the second time', async () => {
    const { settings, seen } = await run({ ...aws, profiles: ['a', 'b'] }, [
      ...(['Enter', { pick: 'Enter the name or ARN' }, { enter: 'team/mlfow' }, 'Enter'] as const),
    ]);
    assert.ok(seen[3]?.objection.includes('Did you mean team/mlflow?'), seen[3]?.objection);
    assert.equal(settings['aws.secretId'], 'team/mlfow');
  });

  it('goes from the text back to the list, and from there past a region that is known', async () => {
    const scene: Scene = {
      current: { trackingUri: uri, provider: 'aws' },
      decided: ['trackingUri', 'provider'],
      profiles: ['a', 'b'],
    };
    const { settings, seen } = await run(scene, [
      ...([
        { pick: 'a' },
        { pick: 'Enter the name or ARN' },
        'Back',
        'Back',
        { pick: 'b' },
        'Enter',
      ] as const),
    ]);
    assert.deepEqual(
      seen.map(({ title }) => title.split(': ')[1] ?? 'text'),
      [
        labels.whichProfile(),
        labels.whichSecret(),
        'text',
        labels.whichSecret(),
        labels.whichProfile(),
        labels.whichSecret(),
      ],
    );
    assert.equal(settings['aws.profile'], 'b');
  });

  it('is cancelled at once while it is still looking, and keeps what was entered', async () => {
    const { isCancelled, settings } = await run({ ...aws, profiles: ['a', 'b'] }, [{ pick: 'b' }, 'Escape']);
    assert.ok(isCancelled);
    assert.equal(settings['aws.profile'], 'b');
  });

  it('keeps the address of another server', async () => {
    const answers: Answer[] = [{ pick: labels.anotherServer() }, 'Enter', 'Escape'];
    const { isCancelled, settings } = await run({}, answers);
    assert.ok(isCancelled);
    assert.deepEqual(settings, { trackingUri: uri });
  });

  it('keeps a text that was not accepted yet', async () => {
    const scene: Scene = { current: { provider: 'stored' }, isSuggested: false };
    const check = { kind: 'doubtful', message: 'No.' } as const;
    const { isCancelled, settings } = await run({ ...scene, check }, [
      { enter: 'mlflow.company.com' },
      'Escape',
    ]);
    assert.ok(isCancelled);
    assert.equal(settings.trackingUri, uri);
  });
});

describe('the address of Vault', () => {
  const scene: Scene = {
    current: { trackingUri: uri, provider: 'vault' },
    decided: ['trackingUri', 'provider'],
  };
  const address = 'https://vault.company.com:8200';

  it('is looked at before more is asked', async () => {
    const problem = new Problem({
      code: 'vault.sealed',
      message: 'It is sealed.',
      remedy: 'Ask.',
      retry: 'automatic',
    });
    const { seen } = await run({ ...scene, greeting: problem }, [{ enter: address }, 'Escape']);
    assert.ok(seen[1]?.objection.includes('It is sealed.'));
  });

  it('needs no scheme, as that of the tracking server', async () => {
    const answers: Answer[] = [
      { enter: 'vault.company.com:8200' },
      { pick: 'AppRole' },
      { enter: 'id' },
      'Enter',
    ];
    const { settings } = await run({ ...scene, greeting: 'Vault 1.20.0 responded.' }, answers);
    assert.equal(settings['vault.address'], address);
  });

  it('leads to the sign-in, and then to the secret', async () => {
    const greeting = 'Vault 1.20.0 responded.';
    const { settings, seen } = await run({ ...scene, greeting }, [
      { enter: address },
      { pick: 'AppRole' },
      { enter: 'id' },
      'Enter',
    ]);
    assert.equal(seen[3]?.title, `${labels.wizardTitle()}: ${labels.whichSecret()}`);
    assert.equal(settings['vault.path'], 'team/mlflow');
    assert.equal(settings['vault.roleId'], 'id');
  });
});

describe('the question for a Vault token', () => {
  const settings = { provider: 'vault', 'vault.address': 'https://vault.example' } as const;

  for (const [where, isThere, mayBeUsed, words] of [
    ['no other is known', false, false, /^Vault token for https:\/\/vault\.example$/],
    [
      'the one of this machine is for another place',
      true,
      false,
      /is not used.*"vault print token" shows it/,
    ],
    ['the one of this machine may be used', true, true, /leave empty to use VAULT_TOKEN/],
  ] as const) {
    it(`says what becomes of the one of this machine where ${where}`, async () => {
      const hasAmbient = async (_name: string, answers?: SettingTexts): Promise<boolean> =>
        Promise.resolve(answers === undefined ? isThere : mayBeUsed);
      const asking = askCredentials({ title: 'Connect', settings, ambient: { hasAmbient } });
      const [seen] = await answer(['Escape']);
      await asking;
      assert.match(seen?.prompt ?? '', words);
    });
  }
});

describe('"Edit Connection"', () => {
  const current = { trackingUri: uri, provider: 'aws', 'aws.profile': 'a', 'aws.secretId': 'other' } as const;

  it('lists what there is, and asks for what is chosen alone', async () => {
    const { settings, seen } = await run(
      { current },
      [{ pick: 'Name or ARN of the secret' }, { pick: 'team/mlflow' }],
      runChange,
    );
    assert.deepEqual(settings, { ...current, 'aws.secretId': 'team/mlflow' });
    assert.deepEqual(seen[0]?.rows, [
      ...['Tracking server', 'Source of the credential'],
      ...['AWS profile', 'Region', 'Name or ARN of the secret'],
    ]);
    assert.equal(seen[0].active, 'Tracking server', 'by Enter alone');
  });

  it('shows a value as the list of its values has it', async () => {
    const vault = {
      provider: 'vault',
      'vault.address': 'https://vault.example',
      'vault.path': 'a/b',
    } as const;
    const method = { 'vault.authMethod': 'userpass', 'vault.username': 'ada' } as const;
    const scene = { current: { trackingUri: uri, ...vault, ...method } };
    const { seen } = await run(scene, ['Escape'], runChange);
    assert.deepEqual(seen[0]?.descriptions, [
      ...[uri, 'HashiCorp Vault', 'https://vault.example', 'User name and password', 'ada', 'a/b'],
    ]);
  });

  it('asks for all of another source', async () => {
    const answers: Answer[] = [
      { pick: 'Source of the credential' },
      { pick: 'Azure Key Vault' },
      'Enter',
      'Escape',
    ];
    const { seen } = await run({ current }, answers, runChange);
    assert.equal(seen[3]?.prompt, 'Address of the key vault, for example https://ml-team.vault.azure.net');
  });
});
