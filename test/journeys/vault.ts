import { join } from 'node:path';
import { providerOf } from '../../src/providers/providers.ts';
import { labels } from '../../src/vscode/labels.ts';
import { commandTitle } from '../support/workbench/command-title.ts';
import { passOn } from '../support/servers/pass-on.ts';
import { startOpenBao } from '../support/servers/openbao.ts';
import { password } from './company.ts';
import type { Company } from './company.ts';
import { projectOf } from './journey.ts';
import type { Journey, Machine } from './journey.ts';

const path = 'secret/mlflow';
const roleId = 'journeys-role';
const secretId = 'canary-journeys-secret-id';
const vaultToken = 'canary-journeys-vault-token';

export interface Vault {
  readonly address: string;
  /** Leads to the same. */
  readonly otherAddress: string;
}

/** An OpenBao with one secret, which a token and an AppRole may read and list. */
export async function startVault(company: Company): Promise<Vault> {
  const bao = await startOpenBao({ folder: join(company.folder, 'bao') });
  company.ended(async () => bao.stop());
  const other = await passOn(0, Number(new URL(bao.address).port));
  company.ended(async () => other.stop());
  const reading =
    'path "secret/data/mlflow" { capabilities = ["read"] } path "secret/metadata/*" { capabilities = ["list"] }';
  const policies = ['mlflow'];
  await bao.call('POST', 'secret/data/mlflow', { data: { username: company.user, password } });
  await bao.call('PUT', 'sys/policies/acl/mlflow', { policy: reading });
  await bao.call('POST', 'auth/token/create', { id: vaultToken, policies, ttl: '1h' });
  await bao.call('POST', 'sys/auth/approle', { type: 'approle' });
  await bao.call('POST', 'auth/approle/role/mlflow', { token_policies: policies });
  await bao.call('POST', 'auth/approle/role/mlflow/role-id', { role_id: roleId });
  await bao.call('POST', 'auth/approle/role/mlflow/custom-secret-id', { secret_id: secretId });
  return { address: bao.address, otherAddress: `http://127.0.0.1:${other.port}` };
}

/** On a machine that knows nothing of Vault. */
export function appRoleJourneys({ server }: Company, { address, otherAddress }: Vault): readonly Journey[] {
  const secretIdPrompt = (at: string): string => `AppRole secret ID for ${at}`;
  return [
    {
      name: 'Vault, AppRole',
      questions: 7,
      before: { questions: 8, keys: 154 },
      project: projectOf(server),
      server,
      walk: async (person) => {
        await person.run(commandTitle('connect'));
        await person.decline(labels.approvalTitle(server), labels.anotherSource());
        await person.choose(labels.connectTo(server), providerOf({ provider: 'vault' }).name());
        await person.enter(labels.vaultAddressPrompt(), address);
        await person.choose(labels.vaultMethod(), 'AppRole');
        await person.enter('AppRole role ID', roleId);
        await person.enter('Path of the secret', path);
        await person.approve(labels.approvalTitle(server), labels.approve());
        await person.enter(secretIdPrompt(address), secretId);
      },
    },
    {
      name: 'Correct the address of Vault',
      questions: 3,
      before: { questions: 7, keys: 61 },
      server,
      walk: async (person) => {
        await person.run(commandTitle('configure'));
        await person.choose('What do you want to change?', labels.vaultAddressPrompt());
        await person.replace(labels.vaultAddressPrompt(), otherAddress);
        await person.approve(labels.approval('source', server), labels.approve());
        await person.enter(secretIdPrompt(otherAddress), secretId);
      },
    },
  ];
}

/** Where Vault's own client has signed in. */
export function vaultMachine({ server }: Company, { address }: Vault): Machine {
  return {
    name: 'vault',
    env: { VAULT_ADDR: address },
    settings: {},
    journeys: [
      {
        name: 'Vault, whose address and token are known',
        questions: 1,
        before: { questions: 7, keys: 107 },
        project: projectOf(server),
        home: { '.vault-token': vaultToken },
        server,
        walk: async (person) => {
          await person.run(commandTitle('connect'));
          await person.accept(labels.connectTo(server));
          await person.approve(labels.approvalTitle(server), labels.approve());
        },
      },
    ],
  };
}

/** Where the variables of the Python plugin are set. */
export function pluginMachine({ server }: Company, { address }: Vault): Machine {
  const walk: Journey['walk'] = async (person) => {
    await person.run(commandTitle('connect'));
    await person.approve(labels.approvalTitle(server), labels.approve());
  };
  const { slug } = providerOf({ provider: 'vault' }).plugin ?? {};
  return {
    name: 'plugin',
    env: {
      MLFLOW_TRACKING_URI: server,
      MLFLOW_SECRETS_AUTH_ENABLE: slug,
      ...{ VAULT_ADDR: address, VAULT_TOKEN: vaultToken, MLFLOW_VAULT_SECRET_PATH: path },
    },
    settings: {},
    journeys: [
      {
        name: 'Variables of the Python plugin',
        questions: 0,
        before: { questions: 7, keys: 48 },
        project: { 'train.py': 'import mlflow\n' },
        ...{ server, walk },
      },
      {
        name: 'Variables of the Python plugin, and the server in the settings',
        questions: 0,
        before: { questions: 0, keys: 17 },
        project: {
          'train.py': 'import mlflow\n',
          '.vscode/settings.json': JSON.stringify({ 'mlflowSecretsAuth.trackingUri': server }),
        },
        ...{ server, walk },
      },
    ],
  };
}
