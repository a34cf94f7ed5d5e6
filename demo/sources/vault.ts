import { labels } from '../../src/vscode/labels.ts';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startOpenBao } from '../../test/support/servers/openbao.ts';
import type { DemoSource, SourceSurroundings } from './source.ts';

const policy = 'path "secret/data/mlflow" { capabilities = ["read"] }';

/** OpenBao, which speaks Vault's protocol, with a token that can read this one secret. */
export async function vaultSource({ folder, signIn }: SourceSurroundings): Promise<DemoSource> {
  const bao = await startOpenBao({ folder: join(folder, 'vault') });
  const token = `canary-vault-token-${randomBytes(8).toString('hex')}`;
  const rotate = async (password: string): Promise<void> => {
    const data = { username: signIn.user, password };
    await bao.call('POST', 'secret/data/mlflow', { data });
  };
  await rotate(signIn.password);
  await bao.call('PUT', 'sys/policies/acl/mlflow-reader', { policy });
  const policies = ['mlflow-reader'];
  await bao.call('POST', 'auth/token/create', { id: token, policies, ttl: '1h', no_default_policy: false });
  return {
    projectSettings: {
      'mlflowSecretsAuth.provider': 'vault',
      'mlflowSecretsAuth.vault.address': bao.address,
      'mlflowSecretsAuth.vault.path': 'secret/mlflow',
      'mlflowSecretsAuth.vault.authMethod': 'token',
    },
    machineSettings: {},
    env: {},
    hosts: {},
    typeCredential: async (workbench) =>
      workbench.answerSecretly(labels.vaultTokenPrompt(bao.address), token),
    rotate,
    secrets: [token, bao.rootToken],
    notes: [`Vault (OpenBao): ${bao.address}, token ${token}`],
    stop: async () => bao.stop(),
  };
}
