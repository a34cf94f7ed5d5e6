import { account } from '../../support/servers/moto-account.ts';

export const roleArn = `arn:aws:iam::${account}:role/reader`;
const otherRoleArn = `arn:aws:iam::${account}:role/other`;

/** An environment and files, in which Python's SDK and this one are asked. `{home}` and `{gateway}` are filled in. */
export interface PrecedenceCase {
  readonly name: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly config?: string;
  readonly credentials?: string;
  /** Below the home folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** A sign-in of `aws sso login` is on this machine. */
  readonly isSignedOn?: true;
  /** Where it has to be another than Python's, why. */
  readonly differs?: Difference;
}

interface Difference {
  readonly because: string;
  /** The code of the problem here, or the key that is used. */
  readonly here: { readonly code: string } | { readonly key: string };
}

const keys = (id: string): string => `aws_access_key_id=${id}\naws_secret_access_key=canary-${id}\n`;
const variables = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'canary-env' };
const web = { AWS_WEB_IDENTITY_TOKEN_FILE: '{home}/token', AWS_ROLE_ARN: roleArn };
const role = (rest: string, arn = roleArn): string => `role_arn=${arn}\n${rest}\n`;
const print = JSON.stringify({
  Version: 1,
  AccessKeyId: 'AKIAPROCESS',
  SecretAccessKey: 'canary-process',
}).replaceAll('"', '\\"');
const process = `credential_process=/bin/echo "${print}"\n`;
const metadata = { AWS_EC2_METADATA_SERVICE_ENDPOINT: '{gateway}' };
const container = { AWS_CONTAINER_CREDENTIALS_FULL_URI: '{gateway}/container' };
const sso = `sso_session=precedence\nsso_account_id=${account}\nsso_role_name=reader\n`;
const session = `[sso-session precedence]\nsso_start_url=https://corp.example/start\nsso_region=us-west-2\n`;

/** Who one is. */
export const identities: readonly PrecedenceCase[] = [
  { name: 'keys in variables', environment: variables },
  { name: 'a session in variables', environment: { ...variables, AWS_SESSION_TOKEN: 'canary-1' } },
  {
    name: 'the older name of the session token',
    environment: { ...variables, AWS_SECURITY_TOKEN: 'canary-2', AWS_SESSION_TOKEN: 'canary-1' },
  },
  {
    name: 'half of the keys in variables',
    environment: { AWS_ACCESS_KEY_ID: 'AKIAENV' },
    credentials: `[default]\n${keys('AKIADEFAULT')}`,
  },
  {
    name: 'variables before the default profile',
    environment: variables,
    credentials: `[default]\n${keys('AKIADEFAULT')}`,
  },
  {
    name: 'variables before AWS_PROFILE',
    environment: { ...variables, AWS_PROFILE: 'ml' },
    credentials: `[ml]\n${keys('AKIAML')}`,
  },
  {
    name: 'AWS_PROFILE before the default profile',
    environment: { AWS_PROFILE: 'ml' },
    credentials: `[default]\n${keys('AKIADEFAULT')}[ml]\n${keys('AKIAML')}`,
  },
  {
    name: 'AWS_DEFAULT_PROFILE before AWS_PROFILE',
    environment: { AWS_DEFAULT_PROFILE: 'old', AWS_PROFILE: 'ml' },
    credentials: `[old]\n${keys('AKIAOLD')}[ml]\n${keys('AKIAML')}`,
  },
  {
    name: 'AWS_DEFAULT_PROFILE alone',
    environment: { AWS_DEFAULT_PROFILE: 'old' },
    config: `[profile old]\n${keys('AKIAOLD')}`,
  },
  {
    name: 'AWS_PROFILE that there is not',
    environment: { AWS_PROFILE: 'gone', AWS_EC2_METADATA_DISABLED: 'false', ...metadata },
  },
  {
    name: 'the credentials file before the config file',
    config: `[default]\n${keys('AKIACONFIG')}`,
    credentials: `[default]\n${keys('AKIASHARED')}`,
  },
  { name: 'keys in the config file', config: `[default]\n${keys('AKIACONFIG')}` },
  {
    name: 'a profile with a name in quotes',
    environment: { AWS_PROFILE: 'my team' },
    config: `[profile "my team"]\n${keys('AKIATEAM')}`,
    differs: {
      because: 'the SDK of JavaScript finds no profile with a blank in its name',
      here: { code: 'aws.profileNotFound' },
    },
  },
  {
    name: 'AWS_SHARED_CREDENTIALS_FILE',
    environment: { AWS_SHARED_CREDENTIALS_FILE: '{home}/mine' },
    files: { mine: `[default]\n${keys('AKIAMINE')}` },
    credentials: `[default]\n${keys('AKIASHARED')}`,
  },
  {
    name: 'AWS_SHARED_CREDENTIALS_FILE that begins with ~',
    environment: { AWS_SHARED_CREDENTIALS_FILE: '~/mine' },
    files: { mine: `[default]\n${keys('AKIAMINE')}` },
  },
  {
    name: 'AWS_CONFIG_FILE',
    environment: { AWS_CONFIG_FILE: '{home}/mine', AWS_PROFILE: 'ml' },
    files: { mine: `[profile ml]\n${keys('AKIAMINE')}` },
  },
  {
    name: 'AWS_CONFIG_FILE that begins with ~',
    environment: { AWS_CONFIG_FILE: '~/mine', AWS_PROFILE: 'ml' },
    files: { mine: `[profile ml]\n${keys('AKIAMINE')}` },
  },
  {
    name: 'a role of the profile',
    environment: { AWS_PROFILE: 'ml' },
    config: `[profile base]\n${keys('AKIABASE')}[profile ml]\n${role('source_profile=base\nrole_session_name=nightly\nexternal_id=ext-1')}`,
  },
  {
    name: 'a role before the keys of its own profile',
    environment: { AWS_PROFILE: 'ml' },
    config: `[profile base]\n${keys('AKIABASE')}[profile ml]\n${role('source_profile=base')}`,
    credentials: `[ml]\n${keys('AKIAML')}`,
  },
  {
    name: 'a role with its own profile as the source',
    environment: { AWS_PROFILE: 'ml' },
    config: `[profile ml]\n${role('source_profile=ml')}${keys('AKIAML')}`,
  },
  {
    name: 'a role by a role',
    environment: { AWS_PROFILE: 'ml' },
    config: `[profile base]\n${keys('AKIABASE')}[profile mid]\n${role('source_profile=base\nrole_session_name=mid', otherRoleArn)}[profile ml]\n${role('source_profile=mid\nrole_session_name=last')}`,
  },
  {
    name: 'a role with credential_source=Ec2InstanceMetadata',
    environment: { AWS_PROFILE: 'ml', ...metadata, AWS_EC2_METADATA_DISABLED: 'false' },
    config: `[profile ml]\n${role('credential_source=Ec2InstanceMetadata')}`,
  },
  {
    name: 'a role with credential_source=EcsContainer',
    environment: { AWS_PROFILE: 'ml', ...container },
    config: `[profile ml]\n${role('credential_source=EcsContainer')}`,
  },
  {
    name: 'a role of the default profile before a web identity in variables',
    environment: web,
    config: `[profile base]\n${keys('AKIABASE')}[default]\n${role('source_profile=base', otherRoleArn)}`,
  },
  { name: 'a web identity in variables', environment: { ...web, AWS_ROLE_SESSION_NAME: 'nightly' } },
  {
    name: 'a web identity in variables before the keys of the default profile',
    environment: web,
    credentials: `[default]\n${keys('AKIADEFAULT')}`,
  },
  { name: 'keys in variables before a web identity', environment: { ...web, ...variables } },
  {
    name: 'a web identity of the profile',
    environment: { AWS_PROFILE: 'ml' },
    config: `[profile ml]\n${role('web_identity_token_file={home}/token\nrole_session_name=mine')}`,
  },
  {
    name: 'a web identity of the profile before its keys',
    environment: { AWS_PROFILE: 'ml' },
    config: `[profile ml]\n${role('web_identity_token_file={home}/token')}`,
    credentials: `[ml]\n${keys('AKIAML')}`,
  },
  {
    name: 'a web identity without a role',
    environment: { AWS_WEB_IDENTITY_TOKEN_FILE: '{home}/token' },
    credentials: `[default]\n${keys('AKIADEFAULT')}`,
  },
  {
    name: 'single sign-on',
    environment: { AWS_PROFILE: 'ml' },
    config: `[profile ml]\n${sso}${session}`,
    isSignedOn: true,
  },
  {
    name: 'single sign-on before keys that were left in the credentials file',
    environment: { AWS_PROFILE: 'ml' },
    config: `[profile ml]\n${sso}${session}`,
    credentials: `[ml]\n${keys('AKIALEFT')}`,
    isSignedOn: true,
  },
  { name: 'credential_process', config: `[default]\n${process}` },
  {
    name: 'keys in the credentials file before credential_process',
    config: `[default]\n${process}`,
    credentials: `[default]\n${keys('AKIASHARED')}`,
  },
  {
    name: 'credential_process before keys in the config file',
    config: `[default]\n${process}${keys('AKIACONFIG')}`,
  },
  { name: 'the container', environment: { ...container, ...metadata, AWS_EC2_METADATA_DISABLED: 'false' } },
  {
    name: 'the default profile before the container',
    environment: container,
    credentials: `[default]\n${keys('AKIADEFAULT')}`,
  },
  { name: 'the instance metadata', environment: { ...metadata, AWS_EC2_METADATA_DISABLED: 'false' } },
  {
    name: 'the instance metadata for a profile that says only the region',
    environment: { ...metadata, AWS_EC2_METADATA_DISABLED: 'false', AWS_PROFILE: 'ml' },
    config: '[profile ml]\nregion=us-east-1\n',
  },
  {
    name: 'the instance metadata switched off',
    environment: { ...metadata, AWS_EC2_METADATA_DISABLED: 'TRUE' },
  },
  {
    name: 'the instance metadata not switched off by 1',
    environment: { ...metadata, AWS_EC2_METADATA_DISABLED: '1' },
  },
  { name: 'nothing at all' },
  {
    name: 'AWS_ROLE_ARN without a web identity',
    environment: { ...variables, AWS_ROLE_ARN: roleArn },
  },
];

const east = { ...variables };
const elsewhere = 'eu-west-1';
const byRole = `[profile base]\n${keys('AKIABASE')}[profile ml]\n${role('source_profile=base')}`;
const unapproved: Difference = {
  because: 'nobody was asked about an endpoint that only a file names',
  here: { code: 'aws.endpointNotApproved' },
};

/** Which server is called, in which region. */
export const places: readonly PrecedenceCase[] = [
  { name: 'AWS_REGION', environment: { ...east, AWS_REGION: elsewhere } },
  { name: 'AWS_DEFAULT_REGION', environment: { ...east, AWS_DEFAULT_REGION: elsewhere } },
  {
    name: 'AWS_REGION, which the plugin passes on, before AWS_DEFAULT_REGION',
    environment: { ...east, AWS_REGION: elsewhere, AWS_DEFAULT_REGION: 'us-west-2' },
  },
  {
    name: 'AWS_DEFAULT_REGION before the region of the profile',
    environment: { ...east, AWS_DEFAULT_REGION: elsewhere },
    config: '[default]\nregion=us-west-2\n',
  },
  {
    name: 'the region of the profile',
    environment: { ...east, AWS_PROFILE: 'ml' },
    config: `[default]\nregion=us-west-2\n[profile ml]\nregion=${elsewhere}\n`,
  },
  {
    name: 'the region of AWS_DEFAULT_PROFILE',
    environment: { ...east, AWS_DEFAULT_PROFILE: 'ml' },
    config: `[profile ml]\nregion=${elsewhere}\n`,
  },
  {
    name: 'the region in the credentials file',
    environment: { AWS_PROFILE: 'ml' },
    config: '[profile ml]\nregion=us-west-2\n',
    credentials: `[ml]\n${keys('AKIAML')}region=${elsewhere}\n`,
  },
  { name: 'no region', environment: east },
  {
    name: 'AWS_ENDPOINT_URL',
    environment: { ...east, AWS_DEFAULT_REGION: 'us-east-1', AWS_ENDPOINT_URL: '{gateway}' },
  },
  {
    name: 'AWS_ENDPOINT_URL_SECRETS_MANAGER before AWS_ENDPOINT_URL',
    environment: {
      ...east,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: '{gateway}',
    },
  },
  {
    name: 'AWS_ENDPOINT_URL_STS for the role of a profile',
    environment: { AWS_PROFILE: 'ml', AWS_DEFAULT_REGION: elsewhere, AWS_ENDPOINT_URL_STS: '{gateway}' },
    config: byRole,
  },
  {
    name: 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
    environment: {
      ...east,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
    },
  },
  {
    name: 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS in capitals',
    environment: {
      ...east,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'True',
    },
  },
  {
    name: 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS with an endpoint of the profile',
    environment: { ...east, AWS_DEFAULT_REGION: 'us-east-1', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
    config: '[default]\nendpoint_url=http://127.0.0.1:1\n',
  },
  {
    name: 'endpoint_url of the profile',
    environment: { ...east, AWS_DEFAULT_REGION: 'us-east-1' },
    config: '[default]\nendpoint_url={gateway}\n',
    differs: unapproved,
  },
  {
    name: 'endpoint_url of the services of the profile',
    environment: { ...east, AWS_DEFAULT_REGION: 'us-east-1' },
    config: '[default]\nservices=mine\n[services mine]\nsecrets_manager =\n  endpoint_url={gateway}\n',
    differs: unapproved,
  },
  {
    name: 'ignore_configured_endpoint_urls of the profile',
    environment: { ...east, AWS_DEFAULT_REGION: 'us-east-1' },
    config: '[default]\nignore_configured_endpoint_urls=true\nendpoint_url=http://127.0.0.1:1\n',
  },
  {
    name: 'ignore_configured_endpoint_urls of the profile with AWS_ENDPOINT_URL',
    environment: { ...east, AWS_DEFAULT_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    config: '[default]\nignore_configured_endpoint_urls=true\n',
  },
  {
    name: 'ignore_configured_endpoint_urls of the profile with an endpoint for each service, and a role',
    environment: {
      AWS_PROFILE: 'ml',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1',
    },
    config: `${byRole}ignore_configured_endpoint_urls=true\n`,
  },
  {
    name: 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false before the profile',
    environment: {
      ...east,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: '{gateway}',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
    },
    config: '[default]\nignore_configured_endpoint_urls=true\n',
  },
  {
    name: 'AWS_USE_FIPS_ENDPOINT',
    environment: { ...east, AWS_DEFAULT_REGION: 'us-east-1', AWS_USE_FIPS_ENDPOINT: 'true' },
  },
  {
    name: 'AWS_USE_FIPS_ENDPOINT in capitals',
    environment: { ...east, AWS_DEFAULT_REGION: 'us-east-1', AWS_USE_FIPS_ENDPOINT: 'True' },
  },
  {
    name: 'AWS_USE_FIPS_ENDPOINT that is no truth value',
    environment: { ...east, AWS_DEFAULT_REGION: 'us-east-1', AWS_USE_FIPS_ENDPOINT: '1' },
  },
  {
    name: 'use_fips_endpoint of the profile',
    environment: { ...east, AWS_DEFAULT_REGION: 'us-east-1' },
    config: '[default]\nuse_fips_endpoint=true\n',
  },
  {
    name: 'AWS_USE_FIPS_ENDPOINT before the profile',
    environment: { ...east, AWS_DEFAULT_REGION: 'us-east-1', AWS_USE_FIPS_ENDPOINT: 'false' },
    config: '[default]\nuse_fips_endpoint=true\n',
  },
  {
    name: 'AWS_USE_FIPS_ENDPOINT with an endpoint of one’s own',
    environment: {
      ...east,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_ENDPOINT_URL: '{gateway}',
    },
  },
  {
    name: 'AWS_USE_FIPS_ENDPOINT for the role of a profile',
    environment: { AWS_PROFILE: 'ml', AWS_DEFAULT_REGION: 'us-east-1', AWS_USE_FIPS_ENDPOINT: 'true' },
    config: byRole,
  },
  {
    name: 'AWS_USE_DUALSTACK_ENDPOINT',
    environment: { ...east, AWS_DEFAULT_REGION: 'us-east-1', AWS_USE_DUALSTACK_ENDPOINT: 'true' },
  },
  {
    name: 'use_dualstack_endpoint of the profile',
    environment: { ...east, AWS_DEFAULT_REGION: 'us-east-1' },
    config: '[default]\nuse_dualstack_endpoint=true\n',
  },
  {
    name: 'FIPS and dual stack',
    environment: {
      ...east,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_USE_FIPS_ENDPOINT: 'true',
    },
  },
  {
    name: 'STS of the region',
    environment: { AWS_PROFILE: 'ml', AWS_DEFAULT_REGION: elsewhere },
    config: byRole,
  },
  {
    name: 'STS of the region of the profile',
    environment: { AWS_PROFILE: 'ml' },
    config: `${byRole}region=${elsewhere}\n`,
  },
  { name: 'STS of the region for a web identity', environment: { ...web, AWS_DEFAULT_REGION: elsewhere } },
  {
    name: 'AWS_STS_REGIONAL_ENDPOINTS=legacy',
    environment: { AWS_PROFILE: 'ml', AWS_DEFAULT_REGION: elsewhere, AWS_STS_REGIONAL_ENDPOINTS: 'legacy' },
    config: byRole,
  },
  {
    name: 'sts_regional_endpoints=legacy of the profile',
    environment: { AWS_PROFILE: 'ml', AWS_DEFAULT_REGION: elsewhere },
    config: `${byRole}sts_regional_endpoints=legacy\n`,
  },
  {
    name: 'AWS_STS_REGIONAL_ENDPOINTS=regional before the profile',
    environment: { AWS_PROFILE: 'ml', AWS_DEFAULT_REGION: elsewhere, AWS_STS_REGIONAL_ENDPOINTS: 'regional' },
    config: `${byRole}sts_regional_endpoints=legacy\n`,
  },
];
