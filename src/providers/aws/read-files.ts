import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { checkSmallFile } from '../../read-small-file.ts';
import type { Places } from '../provider.ts';
import { textField } from '../transport/fields.ts';
import { maxSignInFileBytes, unlessHeldUp } from '../transport/held-up.ts';
import type { AwsConfiguration } from './configuration.ts';
import { unreadableFile } from './problem.ts';
import { profileIn, readAwsFiles } from './profile.ts';
import type { AwsFiles } from './profile.ts';
import { loginFolder, singleSignOnFolder, tokenFiles } from './sign-in-files.ts';

/** A profile may name another as its source; a circle ends here. */
const maxProfiles = 10;

/**
 * A `Problem` for the first of the files that the SDK reads for this profile that would hold it up. One of them it reads
 * while the whole process waits.
 */
export async function checkAwsFiles(
  { profile, profileIsFromVariable }: AwsConfiguration,
  places: Places,
): Promise<void> {
  const files = await readAwsFiles(places);
  const hasKey = textField(places.environment, 'AWS_ACCESS_KEY_ID') !== undefined;
  const isNamed = profile !== undefined && !profileIsFromVariable;
  // With a profile of a setting or a key, these are not looked for.
  const ofVariables = isNamed || hasKey ? [] : tokenFiles(places);
  for (const file of [...filesOf(files, profile, places), ...ofVariables]) {
    await unlessHeldUp(async () => checkSmallFile(file, maxSignInFileBytes), unreadableFile(file));
  }
}

/** What a profile, and those that it names as its source, have read beside themselves. */
function filesOf(files: AwsFiles, first: string | undefined, places: Places): readonly string[] {
  const found: string[] = [];
  let name: string | undefined = first ?? 'default';
  for (let count = 0; name !== undefined && count < maxProfiles; count += 1) {
    const { values }: { values: ReadonlyMap<string, string> } = profileIn(files, name);
    const token = values.get('web_identity_token_file');
    const session = values.get('sso_session') ?? values.get('sso_start_url');
    const login = values.get('login_session');
    found.push(
      ...(token === undefined ? [] : [token]),
      ...(session === undefined ? [] : [join(singleSignOnFolder(places), `${digest('sha1', session)}.json`)]),
      ...(login === undefined ? [] : [join(loginFolder(places), `${digest('sha256', login)}.json`)]),
    );
    name = values.get('source_profile');
  }
  return found;
}

/** The name of a file of the cache, as the AWS CLI chooses it. */
function digest(algorithm: 'sha1' | 'sha256', text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}
