import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsConfiguration } from '../../../../src/providers/aws/configuration.ts';
import { checkNamedProfile, knownProfiles } from '../../../../src/providers/aws/known-profiles.ts';

const config = `[default]
region = eu-central-1
[profile ml-dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = DataScientist
region = eu-west-1
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
[profile ml-prod]
role_arn = arn:aws:iam::123456789012:role/ml
source_profile = default
`;

describe('The profiles of the AWS configuration files', () => {
  let homeFolder: string;
  before(async () => {
    homeFolder = await mkdtemp(join(tmpdir(), 'profiles-'));
    await mkdir(join(homeFolder, '.aws'));
    await writeFile(join(homeFolder, '.aws', 'config'), config);
    await writeFile(join(homeFolder, '.aws', 'credentials'), '[old]\naws_access_key_id = AKIAOLD\n');
  });
  after(async () => rm(homeFolder, { recursive: true }));

  const named = (profile: string | undefined, profileIsFromVariable = false): AwsConfiguration =>
    ({ provider: 'aws', profile, profileIsFromVariable }) as AwsConfiguration;

  it('are known with what distinguishes them, and with whether they say the region', async () => {
    assert.deepEqual(await knownProfiles({ environment: {}, homeFolder }), [
      { value: 'default', about: 'eu-central-1', decides: ['aws.region'] },
      {
        value: 'ml-dev',
        about: 'SSO corp, 123456789012, DataScientist, eu-west-1',
        decides: ['aws.region'],
      },
      { value: 'ml-prod', about: 'arn:aws:iam::123456789012:role/ml', decides: [] },
      { value: 'old', about: '', decides: [] },
    ]);
  });

  it('say of one that it is all there is to sign in with', async () => {
    const folder = join(homeFolder, 'one');
    await mkdir(join(folder, '.aws'), { recursive: true });
    for (const [title, environment, isOnlyOne] of [
      ['profile ml', {}, true],
      ['profile ml', { AWS_ACCESS_KEY_ID: 'AKIA' }, undefined],
      ['default', {}, undefined],
    ] as const) {
      await writeFile(join(folder, '.aws', 'config'), `[${title}]\nregion = eu-west-1\n`);
      const [profile] = await knownProfiles({ environment, homeFolder: folder });
      assert.equal(profile?.isOnlyOne, isOnlyOne, title);
    }
  });

  it('are named where a setting names another one', async () => {
    const places = { environment: {}, homeFolder };
    await assert.rejects(checkNamedProfile(named('ml-dve'), places), {
      code: 'aws.profileNotFound',
      message: 'There is no profile "ml-dve" in your AWS configuration files.',
      remedy: 'Correct mlflowSecretsAuth.aws.profile. There are: "default", "ml-dev", "ml-prod", "old".',
    });
    for (const name of ['ml-dev', 'old', undefined]) await checkNamedProfile(named(name), places);
    // A variable is the SDK's own matter.
    await checkNamedProfile(named('ml-dve', true), places);
  });

  it('are read in little time, whatever is in the files', async () => {
    const folder = join(homeFolder, 'long');
    await mkdir(join(folder, '.aws'), { recursive: true });
    const line = `region = a${' '.repeat(60_000)}b`;
    await writeFile(join(folder, '.aws', 'config'), `[profile ml]\n${`${line}\n`.repeat(10)}`);
    const before = process.cpuUsage();
    const [profile] = await knownProfiles({ environment: {}, homeFolder: folder });
    const { user, system } = process.cpuUsage(before);
    assert.equal(profile?.value, 'ml');
    assert.ok((user + system) / 1000 < 1000, `${(user + system) / 1000} ms`);
  });

  it('are none where there are no files', async () => {
    const places = { environment: {}, homeFolder: join(homeFolder, 'nowhere') };
    assert.deepEqual(await knownProfiles(places), []);
    await assert.rejects(checkNamedProfile(named('ml'), places), /no profile "ml"/);
  });
});
