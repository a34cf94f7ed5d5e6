import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { Problem } from '../../problem.ts';
import { checkSmallFile, readSmallFile } from '../../read-small-file.ts';
import type { Places } from '../provider.ts';
import { textField } from '../transport/fields.ts';
import { maxSignInFileBytes as maxBytes, unlessHeldUp } from '../transport/held-up.ts';
import { awsProblem } from './problem.ts';
import { configFile, credentialsFile, loginFolder, singleSignOnFolder, tokenFiles } from './sign-in-files.ts';

/** A profile may name another as its source; a circle ends here. */
const maxProfiles = 10;

/**
 * A `Problem` for the first of the files that the SDK reads for this profile that would hold it up. One of them it reads
 * while the whole process waits.
 */
export async function checkAwsFiles(configured: string | undefined, places: Places): Promise<void> {
  // One after the other: each file of a dead drive keeps a thread.
  const profiles = new Map<string, Map<string, string>>();
  for (const file of [configFile(places), credentialsFile(places)]) {
    const text = await unlessHeldUp(async () => readSmallFile(file, maxBytes), unreadable(file));
    addProfiles(text ?? '', profiles);
  }
  const { environment } = places;
  const first = configured ?? textField(environment, 'AWS_PROFILE') ?? 'default';
  const hasKey = textField(environment, 'AWS_ACCESS_KEY_ID') !== undefined;
  // With a profile or a key, the SDK does not come as far as these.
  const ofVariables = configured !== undefined || hasKey ? [] : tokenFiles(places);
  for (const file of [...filesOf(profiles, first, places), ...ofVariables]) {
    await unlessHeldUp(async () => checkSmallFile(file, maxBytes), unreadable(file));
  }
}

function unreadable(file: string): (reason: string) => Problem {
  return (reason) =>
    awsProblem({
      code: 'unreadableFile',
      message: l10n.t('{0}, which AWS signs in with, cannot be read: {1}.', file, reason),
      remedy: l10n.t('Correct the file, or the AWS profile or variable that names it.'),
      retry: 'automatic',
    });
}

/** As far as it matters here (AWS SDKs and Tools Reference Guide, format of the shared files). */
function addProfiles(text: string, profiles: Map<string, Map<string, string>>): void {
  let current: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, section] = /^\s*\[\s*(?:profile\s+)?["']?([^\]"']*?)["']?\s*\]/.exec(line) ?? [];
    if (section !== undefined) {
      current = profiles.get(section) ?? new Map<string, string>();
      profiles.set(section, current);
      continue;
    }
    const [, key, value] = /^([^\s=#;]+)\s*=\s*(.*?)\s*$/.exec(line.replace(/\s[#;].*$/, '')) ?? [];
    if (key !== undefined && value !== undefined) current?.set(key, value);
  }
}

/** What a profile, and those that it names as its source, have read beside themselves. */
function filesOf(
  profiles: ReadonlyMap<string, ReadonlyMap<string, string>>,
  first: string,
  places: Places,
): readonly string[] {
  const files: string[] = [];
  let name: string | undefined = first;
  for (let count = 0; name !== undefined && count < maxProfiles; count += 1) {
    const profile: ReadonlyMap<string, string> | undefined = profiles.get(name);
    const token = profile?.get('web_identity_token_file');
    const session = profile?.get('sso_session') ?? profile?.get('sso_start_url');
    const login = profile?.get('login_session');
    files.push(
      ...(token === undefined ? [] : [token]),
      ...(session === undefined ? [] : [join(singleSignOnFolder(places), `${digest('sha1', session)}.json`)]),
      ...(login === undefined ? [] : [join(loginFolder(places), `${digest('sha256', login)}.json`)]),
    );
    name = profile?.get('source_profile');
  }
  return files;
}

/** The name of a file of the cache, as the AWS CLI chooses it. */
function digest(algorithm: 'sha1' | 'sha256', text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}
