import { createHash } from 'node:crypto';
import { account, homeRegion } from './moto-account.ts';

/** `~/.aws/config` with the profile `ml`, as `aws configure sso` writes it. */
export function ssoConfig(session: string): string {
  return (
    `[profile ml]\nsso_session=${session}\nsso_account_id=${account}\nsso_role_name=reader\nregion=${homeRegion}\n` +
    `[sso-session ${session}]\nsso_start_url=https://corp.example/start\nsso_region=${homeRegion}\n`
  );
}

/** The file that `aws sso login` leaves for a session, below the home folder. */
export function ssoTokenFile(session: string): string {
  return `.aws/sso/cache/${createHash('sha1').update(session).digest('hex')}.json`;
}

/**
 * What the portal, which moto does not have, answers at a path: IAM Identity Center Portal API reference,
 * GetRoleCredentials. `undefined` for a path of others.
 */
export function portalAnswer(path: string): object | undefined {
  if (!path.startsWith('/federation/credentials')) return undefined;
  return {
    roleCredentials: {
      accessKeyId: 'ASIASSO',
      secretAccessKey: 'canary-sso-key',
      sessionToken: 'canary-sso-session',
      expiration: Date.now() + 3_600_000,
    },
  };
}
