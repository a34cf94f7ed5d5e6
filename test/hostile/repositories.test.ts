import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { labels } from '../../src/vscode/labels.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { connectHome, playFolder, playHarm, playPull, storedHome } from './play.ts';
import type { Home, HomeOptions } from './play.ts';
import { certificateFile, storedPulls, vaultPulls } from './pull-rows.ts';
import type { PullRow } from './pull-rows.ts';
import { folderRows } from './rows.ts';
import { setStage } from './stage.ts';
import type { Stage } from './stage.ts';

describe('A hostile repository in a real VS Code, with a user in a hurry', function () {
  this.timeout(5 * 60_000);
  let folder: string;
  let stage: Stage;

  before(async () => {
    folder = await runFolder('hostile');
    stage = await setStage(folder);
  });

  after(async () => stage.stop());

  const newFolder = async (name: string): Promise<string> => {
    const path = join(folder, name);
    await mkdir(path, { recursive: true });
    return path;
  };

  it('would be seen to steal or to run a command', async () => {
    assert.deepEqual(await playHarm(stage, await newFolder('harm')), []);
  });

  describe('in Restricted Mode has nothing resolved, and nothing listens:', () => {
    for (const [index, row] of folderRows.filter(({ restricted }) => restricted).entries()) {
      it(row.name, async () => {
        assert.deepEqual(await playFolder(stage, await newFolder(`restricted-${index}`), row), []);
      });
    }
  });

  describe('that is trusted gets no credential and no token, and runs no command:', () => {
    before(async () => stage.trustEverything());

    for (const [index, row] of folderRows.filter(({ restricted }) => !restricted).entries()) {
      it(row.name, async () => {
        assert.deepEqual(await playFolder(stage, await newFolder(`trusted-${index}`), row), []);
      });
    }
  });

  const pulls = (rows: readonly PullRow[], options: () => HomeOptions): void => {
    let home: Home;
    before(async () => {
      const { name } = options();
      const ownFolder = await newFolder(name);
      await stage.trustEverything({ 'mlflowSecretsAuth.tls.caFile': join(ownFolder, certificateFile) });
      const files = { [certificateFile]: (await makeCertificates(folder, ['localhost'])).ca };
      home = await connectHome(stage, ownFolder, { ...options(), files });
    });
    for (const row of rows) {
      it(row.name, async () => assert.deepEqual(await playPull(stage, home, row), []));
    }
  };

  describe('that changes, as by a pull, while a stored credential is in use gets neither that nor the token:', () => {
    pulls(storedPulls, () => storedHome(stage));
  });

  describe('that changes, as by a pull, while a Vault is in use gets neither its token nor the credential:', () => {
    pulls(vaultPulls, () => ({
      name: 'vault',
      settings: {
        'mlflowSecretsAuth.trackingUri': stage.addresses.friend,
        'mlflowSecretsAuth.provider': 'vault',
        'mlflowSecretsAuth.vault.address': stage.addresses.friend,
        'mlflowSecretsAuth.vault.path': 'secret/mlflow',
      },
      prompt: labels.vaultTokenPrompt(stage.addresses.friend),
      secret: 'canary-hostile-typed',
    }));
  });

  describe('in all of this', () => {
    it('had the user asked about the attacker', () => {
      assert.ok(stage.declined > 2, `${stage.declined}`);
    });
  });
});
