import { isUtf8 } from 'node:buffer';
import * as l10n from '@vscode/l10n';
import type { AuthMode } from '../configuration/configuration.ts';
import { Problem } from '../problem.ts';
import type { Credential } from './parse-secret.ts';
import { schemeIn } from './scheme.ts';
import { Secret } from '../secret.ts';

export interface HeaderChoice {
  readonly headerName: string;
  readonly authMode: AuthMode;
}

/**
 * The value of the header that signs a request in. In `Authorization` a scheme stands before it (RFC 6750, RFC
 * 7617), once, also where the secret has it already; in another header a token stands alone, as it is stored. A `Problem`
 * when a mode that was set does not fit the credential.
 */
export function headerValue(given: Credential, { headerName, authMode }: HeaderChoice): Secret {
  const isAuthorization = headerName.toLowerCase() === 'authorization';
  const { credential, bytes } = isAuthorization ? withoutScheme(given) : { credential: given };
  // RFC 7617, section 2.1, leaves the encoding open: as text, these would not be the same bytes again.
  if (bytes !== undefined && authMode !== 'bearer' && !isUtf8(bytes))
    return new Secret(`Basic ${bytes.toString('base64')}`);
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
      return new Secret(isAuthorization ? `Bearer ${token}` : token);
    }
  }
}

interface Stored {
  readonly credential: Credential;
  /** User name, colon and password of what is stored as `Basic …`. */
  readonly bytes?: Buffer;
}

/** In base64, what is no user name and password stays what it is. */
function withoutScheme(credential: Credential): Stored {
  const found = credential.kind === 'token' ? schemeIn(credential.token.reveal()) : undefined;
  switch (found?.scheme) {
    case undefined:
      return { credential };
    case 'bearer':
      return { credential: { kind: 'token', token: new Secret(found.value) } };
    case 'basic': {
      const bytes = Buffer.from(found.value, 'base64');
      const text = bytes.toString();
      const colon = text.indexOf(':');
      if (colon < 0) return { credential };
      const password = new Secret(text.slice(colon + 1));
      return { credential: { kind: 'userPassword', username: text.slice(0, colon), password }, bytes };
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
