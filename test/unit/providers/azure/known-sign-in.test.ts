import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownSignIn } from '../../../../src/providers/azure/known-sign-in.ts';

describe('a sign-in to Azure that this machine has', () => {
  let homeFolder = '';

  before(async () => {
    homeFolder = await mkdtemp(join(tmpdir(), 'mlflow-azure-'));
    await mkdir(join(homeFolder, '.azure'));
  });

  after(async () => rm(homeFolder, { recursive: true }));

  const found = async (environment: Record<string, string> = {}): Promise<readonly string[]> =>
    (await knownSignIn({ environment, homeFolder })).map(({ about }) => about);
  const write = async (text: string): Promise<void> =>
    writeFile(join(homeFolder, '.azure', 'azureProfile.json'), text);

  it('is the account of the Azure CLI’s default subscription', async () => {
    assert.deepEqual(await found(), []);
    const subscription = (name: string, isDefault: boolean): unknown => ({ isDefault, user: { name } });
    const subscriptions = [subscription('bob@company.com', false), subscription('anna@company.com', true)];
    await write(`\uFEFF${JSON.stringify({ subscriptions })}`);
    assert.deepEqual(await found(), ['anna@company.com']);
  });

  it('is told of by a variable first', async () => {
    assert.deepEqual(await found({ AZURE_CLIENT_ID: 'id' }), ['AZURE_CLIENT_ID']);
    assert.deepEqual(await found({ IDENTITY_ENDPOINT: 'http://169.254.1.1' }), ['IDENTITY_ENDPOINT']);
  });

  it('is none where the file is of another form, or elsewhere', async () => {
    for (const text of ['', '{', 'null', '[]', '{"subscriptions": 1}', '{"subscriptions": [{}]}']) {
      await write(text);
      assert.deepEqual(await found(), [], text);
    }
    assert.deepEqual(await found({ AZURE_CONFIG_DIR: '/nowhere' }), []);
  });
});
