import * as l10n from '@vscode/l10n';
import { quoted } from '../facts.ts';
import type { KnownValue, Places } from '../provider.ts';
import { openSetting } from '../transport/fault.ts';
import type { AwsConfiguration } from './configuration.ts';
import { awsProblem } from './problem.ts';
import { profileIn, readAwsFiles } from './profile.ts';
import type { AwsFiles } from './profile.ts';

/** In a sentence. */
const maxNamed = 8;
/** Far more than a list could show. */
const maxProfiles = 200;

/** The profiles of the shared files, each with what distinguishes it: how it signs in, account, role, region. */
export async function knownProfiles(places: Places): Promise<readonly KnownValue[]> {
  const files = await readAwsFiles(places);
  return namesIn(files)
    .slice(0, maxProfiles)
    .map((name) => {
      const { values } = profileIn(files, name);
      const region = values.get('region');
      const signIn = values.get('sso_session') ?? values.get('sso_start_url');
      const parts = [
        ...(signIn === undefined ? [] : [`SSO ${signIn}`]),
        values.get('sso_account_id'),
        values.get('sso_role_name') ?? values.get('role_arn'),
        region,
      ];
      return {
        value: name,
        about: parts.filter((part) => part !== undefined).join(', '),
        decides: region === undefined ? [] : ['aws.region'],
      };
    });
}

/** A `Problem` where a setting names a profile that is in neither file; it names those that there are. */
export async function checkNamedProfile(
  { profile, profileIsFromVariable }: AwsConfiguration,
  places: Places,
): Promise<void> {
  if (profile === undefined || profileIsFromVariable) return;
  const files = await readAwsFiles(places);
  if (profileIn(files, profile).exists) return;
  const names = namesIn(files).slice(0, maxNamed).map(quoted);
  throw awsProblem({
    code: 'profileNotFound',
    message: l10n.t('There is no profile {0} in your AWS configuration files.', quoted(profile)),
    remedy:
      names.length === 0
        ? l10n.t('Create it with "aws configure", or correct mlflowSecretsAuth.aws.profile.')
        : l10n.t('Correct mlflowSecretsAuth.aws.profile. There are: {0}.', names.join(', ')),
    retry: 'afterFix',
    action: openSetting('aws.profile'),
  });
}

/** In the order of the files, which is the user's. */
function namesIn({ config, credentials }: AwsFiles): readonly string[] {
  const configured = [...config.keys()].flatMap((title) =>
    title === 'default' ? [title] : title.startsWith('profile ') ? [title.slice('profile '.length)] : [],
  );
  return [...new Set([...configured, ...credentials.keys()])];
}
