import * as l10n from '@vscode/l10n';
import type { AuthMode } from '../configuration/configuration.ts';
import { Problem } from '../problem.ts';
import type { Credential } from './parse-secret.ts';
import { Secret } from '../secret.ts';

export interface HeaderChoice {
  readonly headerName: string;
  readonly authMode: AuthMode;
}

/**
 * The value of the header that signs a request in. In `Authorization` a scheme stands before it (RFC 6750, RFC
 * 7617); in another header a token stands alone. A `Problem` when a mode that was set does not fit the credential.
 */
export function headerValue(credential: Credential, { headerName, authMode }: HeaderChoice): Secret {
  switch (authMode === 'auto' ? modeOf(credential) : authMode) {
    case 'basic':
      return new Secret(`Basic ${Buffer.from(userAndPassword(credential)).toString('base64')}`);
    case 'bearer': {
      const token = tokenOf(credential);
      // Headers carry bytes; a token of other characters could not be sent as it is.
      if (!/^[\x20-\x7e]+$/.test(token))
        throw unfit(
          l10n.t('The token contains characters other than ASCII, which a header cannot carry.'),
          l10n.t('Store a token that consists of ASCII characters.'),
        );
      return new Secret(headerName.toLowerCase() === 'authorization' ? `Bearer ${token}` : token);
    }
  }
}

function modeOf({ kind }: Credential): Exclude<AuthMode, 'auto'> {
  switch (kind) {
    case 'userPassword':
      return 'basic';
    case 'token':
      return 'bearer';
  }
}

function userAndPassword(credential: Credential): string {
  switch (credential.kind) {
    case 'userPassword':
      return `${credential.username}:${credential.password.reveal()}`;
    case 'token': {
      const token = credential.token.reveal();
      if (token.includes(':')) return token;
      throw unfit(
        l10n.t('mlflowSecretsAuth.auth.mode is "basic", but the secret is a token without a colon.'),
        l10n.t('Set mlflowSecretsAuth.auth.mode to "bearer", or store a user name and a password.'),
      );
    }
  }
}

function tokenOf(credential: Credential): string {
  switch (credential.kind) {
    case 'token':
      return credential.token.reveal();
    case 'userPassword':
      throw unfit(
        l10n.t('mlflowSecretsAuth.auth.mode is "bearer", but the secret is a user name and a password.'),
        l10n.t('Set mlflowSecretsAuth.auth.mode to "basic", or store a token.'),
      );
  }
}

function unfit(message: string, remedy: string): Problem {
  return new Problem({
    code: 'secret.mode',
    message,
    remedy,
    retry: 'afterFix',
    action: { kind: 'openSetting', setting: 'auth.mode' },
  });
}
