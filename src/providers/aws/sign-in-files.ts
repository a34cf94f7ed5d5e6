import { join } from 'node:path';
import type { Places } from '../provider.ts';
import { textField } from '../transport/fields.ts';

/**
 * What the SDK's credential chain reads (AWS SDKs and Tools Reference Guide: shared files, IAM Identity Center, console
 * sign-in, web identity, container). A token file that only a profile names is not among them.
 */
export function signInFiles({ environment, homeFolder }: Places): readonly string[] {
  const folder = join(homeFolder, '.aws');
  const named = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  return [
    textField(environment, 'AWS_CONFIG_FILE') ?? join(folder, 'config'),
    textField(environment, 'AWS_SHARED_CREDENTIALS_FILE') ?? join(folder, 'credentials'),
    join(folder, 'sso', 'cache', '*.json'),
    join(textField(environment, 'AWS_LOGIN_CACHE_DIRECTORY') ?? join(folder, 'login', 'cache'), '*.json'),
    ...named.map((name) => textField(environment, name)).filter((file) => file !== undefined),
  ];
}
