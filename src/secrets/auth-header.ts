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
  const stored = isAuthorization && authMode !== 'bearer' ? basicBytes(given) : undefined;
  // RFC 7617, section 2.1, leaves the encoding open: as text, these would not be the same bytes again.
  if (stored !== undefined && !isUtf8(stored)) return new Secret(`Basic ${stored.toString('base64')}`);
  const credential = isAuthorization ? withoutScheme(given) : given;
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

/** In base64, what is no user name and password stays what it is. */
function withoutScheme(credential: Credential): Credential {
  if (credential.kind !== 'token') return credential;
  const { scheme, value = '' } = schemeIn(credential.token.reveal()) ?? {};
  switch (scheme) {
    case undefined:
      return credential;
    case 'bearer':
      return { kind: 'token', token: new Secret(value) };
    case 'basic': {
      const text = basicBytes(credential)?.toString();
      if (text === undefined) return credential;
      const colon = text.indexOf(':');
      return {
        kind: 'userPassword',
        username: text.slice(0, colon),
        password: new Secret(text.slice(colon + 1)),
      };
    }
  }
}

/** User name, colon and password of what is stored as `Basic …`. */
function basicBytes(credential: Credential): Buffer | undefined {
  const found = credential.kind === 'token' ? schemeIn(credential.token.reveal()) : undefined;
  if (found?.scheme !== 'basic') return undefined;
  const bytes = Buffer.from(found.value, 'base64');
  return bytes.includes(':') ? bytes : undefined;
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
