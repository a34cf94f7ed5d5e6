import * as l10n from '@vscode/l10n';
import { quoted } from '../facts.ts';
import type { KnownValue, Places } from '../provider.ts';
import { openSetting } from '../transport/fault.ts';
import { textField } from '../transport/fields.ts';
import type { AwsConfiguration } from './configuration.ts';
import { awsProblem } from './problem.ts';
import { profileIn, readAwsFiles } from './profile.ts';
import type { AwsFiles } from './profile.ts';

/** In a sentence. */
const maxNamed = 8;
/** Far more than a list could show. */
const maxProfiles = 200;
/** What the SDK signs in with where no profile is named, in the first place or after `default`. */
const otherSignIns = [
  'AWS_ACCESS_KEY_ID',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** The profiles of the shared files, each with what distinguishes it: how it signs in, account, role, region. */
export async function knownProfiles(places: Places): Promise<readonly KnownValue[]> {
  const files = await readAwsFiles(places);
  const names = namesIn(files);
  // Without it, and without a name, the SDK has nothing left to sign in with but the machine it runs on.
  const isOnlyOne = names.length === 1 && names[0] !== 'default' && !hasOtherSignIn(places);
  return names.slice(0, maxProfiles).map((name) => {
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
      ...(isOnlyOne && { isOnlyOne }),
    };
  });
}

function hasOtherSignIn({ environment }: Places): boolean {
  return otherSignIns.some((name) => textField(environment, name) !== undefined);
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
