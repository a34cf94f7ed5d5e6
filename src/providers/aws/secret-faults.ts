/** What AWS says about the secret itself, or about who may read it. */
import * as l10n from '@vscode/l10n';
import { openSetting } from '../transport/fault.ts';
import { placeOf, secretOf } from './failed-call.ts';
import type { FailedCall, SdkError } from './failed-call.ts';
import type { AwsTarget } from './target.ts';
import type { AwsFault } from './problem.ts';

/** Only its sentence shows whether the service misses the secret or a version of it. */
export function notFound({ message }: SdkError, call: FailedCall): AwsFault {
  const { versionId, versionStage } = call.configuration;
  if (!message.includes('secret value for')) return noSuchSecret(call);
  if (versionId !== undefined) return noSuchVersion(versionId, 'aws.versionId', call);
  if (versionStage !== undefined) return noSuchVersion(versionStage, 'aws.versionStage', call);
  return {
    code: 'emptySecret',
    message: l10n.t('The secret {0} in {1} has no value.', secretOf(call), placeOf(call)),
    remedy: l10n.t('Give it a value, or choose another secret.'),
    retry: 'purge',
  };
}

function noSuchSecret(call: FailedCall): AwsFault {
  return {
    code: 'notFound',
    message: l10n.t('AWS Secrets Manager has no secret {0} in {1}.', secretOf(call), placeOf(call)),
    remedy: l10n.t('Check mlflowSecretsAuth.aws.secretId, the region and the account.'),
    retry: 'purge',
    action: openSetting('aws.secretId'),
  };
}

function noSuchVersion(
  version: string,
  setting: 'aws.versionId' | 'aws.versionStage',
  call: FailedCall,
): AwsFault {
  return {
    code: 'versionNotFound',
    message: l10n.t(
      'AWS Secrets Manager has no version {0} of the secret {1} in {2}.',
      version,
      secretOf(call),
      placeOf(call),
    ),
    remedy: l10n.t(
      'List its versions with "aws secretsmanager list-secret-version-ids", or leave the version empty.',
    ),
    retry: 'purge',
    action: openSetting(setting),
  };
}

/** The secret is scheduled for deletion, or is managed by another service (GetSecretValue, Errors). */
export function invalidRequest({ message }: SdkError, call: FailedCall): AwsFault {
  if (/deletion|deleted/i.test(message)) {
    return {
      code: 'pendingDeletion',
      message: l10n.t('The secret {0} in {1} is scheduled for deletion.', secretOf(call), placeOf(call)),
      remedy: l10n.t('Restore it with "aws secretsmanager restore-secret", or choose another secret.'),
      retry: 'purge',
    };
  }
  return {
    code: 'invalidRequest',
    message: l10n.t(
      'The secret {0} in {1} cannot be read in its current state.',
      secretOf(call),
      placeOf(call),
    ),
    remedy: l10n.t('Check the secret in the AWS console.'),
    retry: 'afterFix',
  };
}

export function notDecrypted(_error: SdkError, call: FailedCall): AwsFault {
  return {
    code: 'kmsFailed',
    message: l10n.t(
      'AWS Secrets Manager cannot decrypt the secret {0} in {1}.',
      secretOf(call),
      placeOf(call),
    ),
    remedy: l10n.t('Check that its KMS key is enabled and not scheduled for deletion.'),
    retry: 'afterFix',
  };
}

export function binaryNotBase64(_error: SdkError, call: FailedCall): AwsFault {
  return {
    code: 'binaryNotBase64',
    message: l10n.t(
      'SecretBinary of the secret {0} in {1} is not valid base64.',
      secretOf(call),
      placeOf(call),
    ),
    remedy: l10n.t('Store the credential again, as text or as a JSON object.'),
    retry: 'afterFix',
  };
}

/** Names identity, action and resource: what whoever edits the policy needs. */
export function accessDenied({ message }: SdkError, call: FailedCall): AwsFault {
  const action = /perform: (?<action>[\w-]+:\w+)/.exec(message)?.groups?.['action'];
  const identity = /User: (?<arn>arn:\S+)/.exec(message)?.groups?.['arn'];
  const resource = /on resource: (?<arn>arn:[^\s,]+)/.exec(message)?.groups?.['arn'];
  const who = identity ?? l10n.t('The signed-in AWS identity');
  if (action === 'sts:AssumeRole' || action === 'sts:AssumeRoleWithWebIdentity') {
    return assumeRoleDenied({ who, action, role: resource ?? call.configuration.roleArn }, call);
  }
  if (action?.startsWith('kms:') === true || /\bKMS\b/.test(message)) {
    return {
      code: 'kmsDenied',
      message: l10n.t('{0} is not allowed to use the KMS key of the secret {1}.', who, secretOf(call)),
      remedy: l10n.t('Allow kms:Decrypt on that key, in its key policy and for this identity.'),
      retry: 'purge',
    };
  }
  return {
    code: 'accessDenied',
    message: l10n.t('{0} is not allowed to read the secret {1} in {2}.', who, secretOf(call), placeOf(call)),
    remedy: allowing(message, {
      action: action ?? 'secretsmanager:GetSecretValue',
      resource: resource ?? arnPattern(call.target),
    }),
    retry: 'purge',
  };
}

/** Which kind of policy is in the way stands at the end (IAM, Troubleshoot access denied error messages). */
function allowing(message: string, { action, resource }: { action: string; resource: string }): string {
  const denying = /with an explicit deny in (?:an? |the )?([a-z -]{3,40})/i.exec(message)?.[1];
  if (denying !== undefined) {
    return l10n.t(
      'Ask your AWS administrator to change the {0} that denies {1} on {2}: to allow it elsewhere does not help.',
      denying.trim(),
      action,
      resource,
    );
  }
  const lacking = /because no ([a-z -]{3,40}?) allows\b/i.exec(message)?.[1];
  return lacking === undefined
    ? l10n.t('Allow {0} on {1}.', action, resource)
    : l10n.t('Allow {0} on {1} in the {2}.', action, resource, lacking);
}

function assumeRoleDenied(
  denied: { readonly who: string; readonly action: string; readonly role: string | undefined },
  { configuration }: FailedCall,
): AwsFault {
  const { who, action, role = l10n.t('the role') } = denied;
  return {
    code: 'assumeRoleDenied',
    message: l10n.t('{0} is not allowed to assume {1}.', who, role),
    remedy:
      configuration.externalId === undefined
        ? l10n.t('Allow {0} on it, and name this identity in the trust policy of the role.', action)
        : l10n.t(
            'Allow {0} on it, and name this identity and the configured external ID in the trust policy of the role.',
            action,
          ),
    retry: 'purge',
  };
}

/** Secrets Manager adds a dash and six characters to the name in the ARN. */
function arnPattern({ secretId, region = '*', account = '*' }: AwsTarget): string {
  if (secretId.startsWith('arn:')) return secretId;
  return `arn:aws:secretsmanager:${region}:${account}:secret:${secretId}-??????`;
}
