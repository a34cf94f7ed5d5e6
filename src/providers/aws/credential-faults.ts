/** What AWS says about the credentials that a call was made with. */
import * as l10n from '@vscode/l10n';
import type { SdkError } from './failed-call.ts';
import type { AwsFault } from './problem.ts';

export function expired(): AwsFault {
  return {
    code: 'expiredToken',
    message: l10n.t('The AWS session credentials have expired.'),
    remedy: l10n.t(
      'Sign in again. If the credentials come from environment variables, set new ones and restart VS Code.',
    ),
    retry: 'afterFix',
  };
}

export function webIdentityRejected(): AwsFault {
  return {
    code: 'webIdentity',
    message: l10n.t('AWS rejected the web identity token for the role.'),
    remedy: l10n.t(
      'Check AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN and the identity provider that the role trusts.',
    ),
    retry: 'afterFix',
  };
}

export function unreadableWebIdentity(errorCode: string): AwsFault {
  return {
    code: 'webIdentity',
    message: l10n.t('The file with the AWS web identity token cannot be read ({0}).', errorCode),
    remedy: l10n.t('Check the file named by AWS_WEB_IDENTITY_TOKEN_FILE or web_identity_token_file.'),
    retry: 'afterFix',
  };
}

export function unknownKey(): AwsFault {
  return {
    code: 'keyNotValid',
    message: l10n.t('The AWS access key is unknown or disabled.'),
    remedy: checkCredentials(),
    retry: 'purge',
  };
}

/** A wrong clock and a wrong key have the same name; only the sentence distinguishes them. */
export function wrongSignature({ message }: SdkError): AwsFault {
  if (/expired|skew|not yet current|earlier than|later than/i.test(message)) return clockSkew();
  return {
    code: 'wrongSecretKey',
    message: l10n.t('AWS rejected the secret access key.'),
    remedy: checkCredentials(),
    retry: 'afterFix',
  };
}

export function clockSkew(): AwsFault {
  return {
    code: 'clockSkew',
    message: l10n.t('The clock of this machine differs too much from that of AWS.'),
    remedy: l10n.t('Correct the date and time of this machine. AWS tolerates a difference of five minutes.'),
    retry: 'afterFix',
  };
}

function checkCredentials(): string {
  return l10n.t('Check the credentials with "aws sts get-caller-identity".');
}
