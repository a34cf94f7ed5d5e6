import * as l10n from '@vscode/l10n';
import type { Environment } from '../../environment.ts';
import { isUnencryptedRemote } from '../../network/loopback.ts';
import { originAndPath } from '../address.ts';
import { malformedSetting } from '../transport/fault.ts';
import { textField } from '../transport/fields.ts';
import type { AwsConfiguration } from './configuration.ts';
import { awsProblem } from './problem.ts';

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
 * Reads the settings that say where the secret is; a value that cannot be right is a `Problem`. A secret can be read only
 * where it is, so an ARN's region wins over every other. `AWS_DEFAULT_REGION` is what Python's SDK reads.
 */
export function awsTarget(configuration: AwsConfiguration, environment: Environment): AwsTarget {
  checkEndpoint(configuration.endpoint);
  const secret = parseSecretId(configuration.secretId);
  const roleAccount = configuration.roleArn === undefined ? undefined : accountOfRole(configuration.roleArn);
  const region =
    secret.region ??
    configuration.region ??
    textField(environment, 'AWS_REGION') ??
    textField(environment, 'AWS_DEFAULT_REGION');
  if (region !== undefined) checkRegion(region);
  return { secretId: secret.id, region, account: secret.account ?? roleAccount };
}

const secretArn =
  /^arn:aws[a-z-]*:secretsmanager:(?<region>[a-z0-9-]+):(?<account>\d{12}):secret:[\w/+=.@!-]+$/;
/** As CreateSecret allows; `!` is in the names of secrets that AWS services manage. */
const secretName = /^[\w/+=.@!-]{1,512}$/;

export function isSecretName(text: string): boolean {
  return secretName.test(text);
}

interface SecretId {
  readonly id: string;
  readonly region: string | undefined;
  readonly account: string | undefined;
}

function parseSecretId(text: string): SecretId {
  const id = text.trim();
  if (!id.startsWith('arn:')) {
    if (isSecretName(id)) return { id, region: undefined, account: undefined };
    throw awsProblem(
      malformedSetting(
        'aws.secretId',
        l10n.t('mlflowSecretsAuth.aws.secretId is empty or has characters that no secret name can have.'),
        l10n.t('Set it to the name of the secret, such as mlflow/credentials, or to its ARN.'),
      ),
    );
  }
  const groups = secretArn.exec(id)?.groups;
  if (groups === undefined) {
    throw awsProblem(
      malformedSetting(
        'aws.secretId',
        l10n.t('mlflowSecretsAuth.aws.secretId looks like an ARN but is not the ARN of a secret.'),
        l10n.t(
          'Copy the ARN of the secret; it has the form arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME.',
        ),
      ),
    );
  }
  return { id, region: groups['region'], account: groups['account'] };
}

/** A region becomes part of the host name that is called. */
function checkRegion(region: string): void {
  if (/^[a-z0-9-]{1,63}$/.test(region)) return;
  throw awsProblem(
    malformedSetting(
      'aws.region',
      l10n.t('mlflowSecretsAuth.aws.region is not the name of an AWS region.'),
      l10n.t('Set it to a name such as eu-west-1.'),
    ),
  );
}

const roleArn = /^arn:aws[a-z-]*:iam::(?<account>\d{12}):role\/[\w+=,.@/-]+$/;

function accountOfRole(text: string): string | undefined {
  const groups = roleArn.exec(text)?.groups;
  if (groups !== undefined) return groups['account'];
  throw awsProblem(
    malformedSetting(
      'aws.roleArn',
      l10n.t('mlflowSecretsAuth.aws.roleArn is not the ARN of a role.'),
      l10n.t('Set it to an ARN of the form arn:aws:iam::ACCOUNT:role/NAME.'),
    ),
  );
}

/** The secret itself comes back on this connection, so plain http is for this machine only. */
function checkEndpoint(endpoint: string | undefined): void {
  if (endpoint === undefined) return;
  const isUsable = originAndPath(endpoint, ['https:', 'http:']) !== undefined && !/[?#]/.test(endpoint);
  const url = isUsable ? new URL(endpoint) : undefined;
  if (url !== undefined && !isUnencryptedRemote(url.href)) return;
  throw awsProblem(
    malformedSetting(
      'aws.endpoint',
      l10n.t('mlflowSecretsAuth.aws.endpoint is not an https address.'),
      l10n.t('Set it to an address such as https://HOST, or leave it empty for the endpoint of AWS.'),
    ),
  );
}
