import type { AwsConfiguration } from './configuration.ts';
import { isLoopbackHost } from '../../network/loopback.ts';
import { Problem } from '../../problem.ts';
import type { Environment } from '../../environment.ts';

/** Which secret of which region and account. */
export interface AwsTarget {
  /** Name or ARN, as Secrets Manager takes it. */
  readonly secretId: string;
  /** `undefined`: the profile's own. */
  readonly region: string | undefined;
  /** `undefined` where neither the secret's nor the role's ARN says it. */
  readonly account: string | undefined;
}

/**
 * Reads the settings that say where the secret is; what cannot be right is a `Problem`. A secret can be read only
 * where it is, so an ARN's region wins over every other. `AWS_DEFAULT_REGION` is what Python's SDK reads.
 */
export function awsTarget(configuration: AwsConfiguration, environment: Environment): AwsTarget {
  checkEndpoint(configuration.endpoint);
  const secret = parseSecretId(configuration.secretId);
  const roleAccount = configuration.roleArn === undefined ? undefined : accountOfRole(configuration.roleArn);
  const region =
    secret.region ??
    configuration.region ??
    nonEmpty(environment['AWS_REGION']) ??
    nonEmpty(environment['AWS_DEFAULT_REGION']);
  if (region !== undefined && !/^[a-z0-9-]{1,63}$/.test(region)) {
    throw malformed('region', 'is not the name of a region', 'Write it as eu-west-1.');
  }
  return { secretId: secret.id, region, account: secret.account ?? roleAccount };
}

const secretArn =
  /^arn:aws[a-z-]*:secretsmanager:(?<region>[a-z0-9-]+):(?<account>\d{12}):secret:[\w/+=.@!-]+$/;
/** As CreateSecret allows; `!` is in the names of secrets that AWS services manage. */
const secretName = /^[\w/+=.@!-]{1,512}$/;

function parseSecretId(text: string): {
  id: string;
  region: string | undefined;
  account: string | undefined;
} {
  const id = text.trim();
  if (!id.startsWith('arn:')) {
    if (secretName.test(id)) return { id, region: undefined, account: undefined };
    const remedy = 'Write the name of the secret, such as mlflow/credentials, or its ARN.';
    throw malformed('secretId', 'is empty or has characters that no secret’s name can have', remedy);
  }
  const groups = secretArn.exec(id)?.groups;
  if (groups === undefined) {
    const remedy =
      'Copy the secret’s ARN; it has the form arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME.';
    throw malformed('secretId', 'looks like an ARN but is not one of a secret', remedy);
  }
  return { id, region: groups['region'], account: groups['account'] };
}

const roleArn = /^arn:aws[a-z-]*:iam::(?<account>\d{12}):role\/[\w+=,.@/-]+$/;

function accountOfRole(text: string): string | undefined {
  const groups = roleArn.exec(text)?.groups;
  if (groups !== undefined) return groups['account'];
  throw malformed('roleArn', 'is not the ARN of a role', 'Write it as arn:aws:iam::ACCOUNT:role/NAME.');
}

/** The secret itself comes back on this connection, so plain http is for this computer only. */
function checkEndpoint(endpoint: string | undefined): void {
  if (endpoint === undefined) return;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname))) return;
  throw malformed(
    'endpoint',
    'is not an https address',
    'Write it as https://HOST, or leave it empty for AWS’s own.',
  );
}

type AwsKey = 'endpoint' | 'region' | 'secretId' | 'roleArn';

function malformed(setting: AwsKey, what: string, remedy: string): Problem {
  return new Problem({
    code: `aws.malformed.${setting}`,
    message: `The setting aws.${setting} ${what}.`,
    remedy,
    retry: 'afterFix',
    action: { kind: 'openSetting', setting: `aws.${setting}` },
  });
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
