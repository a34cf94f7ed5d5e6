import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createSecret, createUser, enforceIam, homeRegion } from '../../test/support/servers/moto-account.ts';
import { startMoto } from '../../test/support/servers/moto.ts';
import { passOn } from '../../test/support/servers/pass-on.ts';
import { storeHosts } from '../company.ts';
import type { DemoSource, SourceSurroundings } from './source.ts';

const secretId = 'mlflow/auth';
const profile = 'mlflow';

/** Moto behind a private endpoint, with a user whom IAM lets read secrets and nothing else. */
export async function awsSource({ folder, signIn, certificates }: SourceSurroundings): Promise<DemoSource> {
  const files = join(folder, 'aws');
  await mkdir(files, { recursive: true });
  const moto = await startMoto({ folder: files });
  const front = await passOn(0, moto.port, certificates);
  const secretString = (password: string): string => JSON.stringify({ username: signIn.user, password });
  await createSecret(moto, { Name: secretId, SecretString: secretString(signIn.password) });
  // Moto checks actions of Secrets Manager against every resource only.
  const may = (action: string): object[] => [
    { Effect: 'Allow', Action: `secretsmanager:${action}`, Resource: '*' },
  ];
  const reader = await createUser(moto, 'data-scientist', may('GetSecretValue'));
  const writer = await createUser(moto, 'rotation', may('PutSecretValue'));
  await enforceIam(moto);
  const administrator = new SecretsManagerClient({
    region: homeRegion,
    endpoint: moto.url,
    credentials: writer,
  });
  return {
    projectSettings: {
      'mlflowSecretsAuth.provider': 'aws',
      'mlflowSecretsAuth.aws.secretId': secretId,
      'mlflowSecretsAuth.aws.region': homeRegion,
      'mlflowSecretsAuth.aws.profile': profile,
    },
    machineSettings: { 'mlflowSecretsAuth.aws.endpoint': `https://${storeHosts.aws}` },
    env: await profileFiles(files, reader),
    hosts: { [`${storeHosts.aws}:443`]: front.port },
    typeCredential: async () => Promise.resolve(),
    rotate: async (password) => {
      const change = { SecretId: secretId, SecretString: secretString(password) };
      await administrator.send(new PutSecretValueCommand(change));
    },
    secrets: [reader.secretAccessKey],
    notes: [`AWS (moto): ${moto.url}, secret ${secretId} in ${homeRegion}, profile ${profile} in ${files}`],
    stop: async () => {
      administrator.destroy();
      await front.stop();
      await moto.stop();
    },
  };
}

/** What `~/.aws` holds on a user's machine; resolves to the variables that name it. */
async function profileFiles(
  folder: string,
  key: { readonly accessKeyId: string; readonly secretAccessKey: string },
): Promise<NodeJS.ProcessEnv> {
  const config = join(folder, 'config');
  const credentials = join(folder, 'credentials');
  await writeFile(config, `[profile ${profile}]\nregion = ${homeRegion}\n`);
  const lines = [
    `[${profile}]`,
    `aws_access_key_id = ${key.accessKeyId}`,
    `aws_secret_access_key = ${key.secretAccessKey}`,
  ];
  await writeFile(credentials, `${lines.join('\n')}\n`, { mode: 0o600 });
  return { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials };
}
