import { join } from 'node:path';
import type { Places } from '../provider.ts';
import { textField } from '../transport/fields.ts';

/**
 * What the SDK's credential chain reads (AWS SDKs and Tools Reference Guide: shared files, IAM Identity Center, console
 * sign-in, web identity, container). A token file that only a profile names is not among them.
 */
export function signInFiles(places: Places): readonly string[] {
  return [
    configFile(places),
    credentialsFile(places),
    join(singleSignOnFolder(places), '*.json'),
    join(loginFolder(places), '*.json'),
    ...tokenFiles(places),
  ];
}

const folderOf = ({ homeFolder }: Places): string => join(homeFolder, '.aws');

export function configFile(places: Places): string {
  return sharedFile('AWS_CONFIG_FILE', 'config', places);
}

export function credentialsFile(places: Places): string {
  return sharedFile('AWS_SHARED_CREDENTIALS_FILE', 'credentials', places);
}

/** Python's SDK, unlike that of JavaScript, lets a variable begin with `~`. */
function sharedFile(variable: string, usual: string, places: Places): string {
  const path = textField(places.environment, variable);
  if (path === undefined) return join(folderOf(places), usual);
  return path.startsWith('~/') ? join(places.homeFolder, path.slice(2)) : path;
}

export function singleSignOnFolder(places: Places): string {
  return join(folderOf(places), 'sso', 'cache');
}

export function loginFolder(places: Places): string {
  return (
    textField(places.environment, 'AWS_LOGIN_CACHE_DIRECTORY') ?? join(folderOf(places), 'login', 'cache')
  );
}

/** That variables name. */
export function tokenFiles({ environment }: Places): readonly string[] {
  return ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']
    .map((name) => textField(environment, name))
    .filter((file) => file !== undefined);
}
