import { labels } from '../../src/vscode/labels.ts';
import { createSecret, createUser, enforceIam, homeRegion } from '../support/servers/moto-account.ts';
import { startMoto } from '../support/servers/moto.ts';
import { commandTitle } from '../support/workbench/command-title.ts';
import { password } from './company.ts';
import type { Company } from './company.ts';
import { projectOf } from './journey.ts';
import type { Journey } from './journey.ts';

const profile = 'ml-dev';

/** Moto, with a user who may list and read secrets, and files with two profiles. */
export async function awsJourneys(company: Company): Promise<{
  readonly settings: Readonly<Record<string, unknown>>;
  readonly journeys: readonly Journey[];
}> {
  const { server, user } = company;
  const moto = await startMoto({ folder: await company.newFolder('moto') });
  company.ended(async () => moto.stop());
  await createSecret(moto, {
    Name: 'mlflow/auth',
    SecretString: JSON.stringify({ username: user, password }),
  });
  const actions = ['secretsmanager:GetSecretValue', 'secretsmanager:ListSecrets'];
  const may = actions.map((Action) => ({ Effect: 'Allow', Action, Resource: '*' }));
  const { accessKeyId, secretAccessKey } = await createUser(moto, 'data-scientist', may);
  await enforceIam(moto);
  const journey: Journey = {
    name: 'AWS, two profiles',
    questions: 2,
    before: { questions: 6, keys: 70 },
    project: projectOf(server),
    home: {
      '.aws/config': `[default]\nregion = eu-west-1\n[profile ${profile}]\nregion = ${homeRegion}\n`,
      '.aws/credentials': `[${profile}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    },
    server,
    walk: async (person) => {
      await person.run(commandTitle('connect'));
      await person.choose(labels.connectTo(server), profile);
      await person.waitForInput('mlflow/auth');
      await person.accept(labels.whichSecret());
      await person.approve(labels.approvalTitle(server), labels.approve());
    },
  };
  return { settings: { 'mlflowSecretsAuth.aws.endpoint': moto.url }, journeys: [journey] };
}
