import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formOf } from '../support/canary/forms.ts';
import type { RecordingServer } from './recording-server.ts';
import type { Settings } from './rows.ts';

/** Of the machine, for other programs: none is for an address that a folder names. */
export const ambientCanaries: NodeJS.ProcessEnv = {
  VAULT_TOKEN: 'canary-hostile-ambient',
  // An address of the user's own that nobody calls.
  VAULT_ADDR: 'http://127.0.0.1:9',
  VAULT_SECRET_ID: 'canary-hostile-secret-id',
  AWS_ACCESS_KEY_ID: 'canaryhostilekey',
  AWS_SECRET_ACCESS_KEY: 'canary-hostile-secret-key',
  AWS_SESSION_TOKEN: 'canary-hostile-aws-session',
  AWS_EC2_METADATA_DISABLED: 'true',
  AZURE_TENANT_ID: '00000000-0000-0000-0000-000000000001',
  AZURE_CLIENT_ID: 'canary-hostile-client',
  AZURE_CLIENT_SECRET: 'canary-hostile-client-secret',
};

/** `~/.vault-token` and a profile of AWS; the files stand where the search for canaries passes over. */
export async function fillHome(home: string): Promise<void> {
  const kept = join(home, 'rightful-secrets');
  await mkdir(join(home, '.aws'), { recursive: true });
  await mkdir(kept, { recursive: true });
  const keys =
    'aws_access_key_id = canaryhostileprofile\naws_secret_access_key = canary-hostile-profile-key\n';
  await writeFile(join(kept, 'vault-token'), 'canary-hostile-vault-token');
  await writeFile(join(kept, 'aws'), `[default]\n${keys}[hostile]\n${keys}`);
  await symlink(join(kept, 'vault-token'), join(home, '.vault-token'));
  await symlink(join(kept, 'aws'), join(home, '.aws', 'credentials'));
}

export async function writeFiles(folder: string, files: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
}

export async function writeSettingsFile(folder: string, settings: Settings): Promise<void> {
  await writeFiles(folder, { '.vscode/settings.json': settings });
}

/** What of value is in these bytes. */
export function stolen(bytes: Buffer, tokens: readonly string[]): readonly string[] {
  const form = formOf(bytes);
  const token = tokens.some((one) => one !== '' && bytes.includes(one.slice(0, 43)));
  return [...(form === undefined ? [] : [`a canary, ${form}`]), ...(token ? ['the session token'] : [])];
}

/** Requests with a canary that left the API of Vault. */
export function strayed(friend: RecordingServer): readonly string[] {
  const requests = friend
    .take()
    .toString('latin1')
    .split(/(?=(?:GET|PUT|POST|LIST) \/)/);
  return requests
    .filter((request) => /^x-vault-token: .*canary/im.test(request))
    .map((request) => request.split('\r\n')[0] ?? '')
    .filter((line) => !/^\w+ \/v1\/(secret|sys|auth)\/[^.?#%]* /.test(line))
    .map((line) => `a Vault token at ${line}`);
}
