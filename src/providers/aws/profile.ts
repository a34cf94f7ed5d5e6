import { checkSmallFile, readSmallFile } from '../../read-small-file.ts';
import type { Places } from '../provider.ts';
import { maxSignInFileBytes, unlessHeldUp } from '../transport/held-up.ts';
import { unreadableFile } from './problem.ts';
import { configFile, credentialsFile } from './sign-in-files.ts';

/** What the two shared files of AWS say of one profile. */
export interface AwsProfile {
  readonly exists: boolean;
  /** Of both files; where both say it, the credentials file counts. */
  readonly values: ReadonlyMap<string, string>;
  /** The credentials file itself has keys of it. */
  readonly hasSharedKeys: boolean;
}

/** `name`: the default one where there is none. */
export async function readAwsProfile(name: string | undefined, places: Places): Promise<AwsProfile> {
  return profileIn(await readAwsFiles(places), name);
}

export function profileIn({ config, credentials }: AwsFiles, name = 'default'): AwsProfile {
  const configured = config.get(`profile ${name}`) ?? (name === 'default' ? config.get(name) : undefined);
  const shared = credentials.get(name);
  return {
    exists: configured !== undefined || shared !== undefined,
    values: new Map([...(configured ?? []), ...(shared ?? [])]),
    hasSharedKeys: shared?.has('aws_access_key_id') === true,
  };
}

type Sections = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** By the names of their sections: `profile ml` in the one, `ml` in the other. */
export interface AwsFiles {
  readonly config: Sections;
  readonly credentials: Sections;
}

/** One after the other: each file of a dead drive keeps a thread. */
export async function readAwsFiles(places: Places): Promise<AwsFiles> {
  const config = await sectionsOf(configFile(places));
  return { config, credentials: await sectionsOf(credentialsFile(places)) };
}

/**
 * As far as it matters here (AWS SDKs and Tools Reference Guide, format of the shared files). Lines that are indented
 * belong to a key, such as `s3 =`, and are left out.
 */
async function sectionsOf(file: string): Promise<Sections> {
  const read = async (): Promise<string> => {
    await checkSmallFile(file, maxSignInFileBytes);
    return readSmallFile(file, maxSignInFileBytes);
  };
  const text = (await unlessHeldUp(read, unreadableFile(file))) ?? '';
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, title] = /^\s*\[([^\]]*)\]/.exec(line) ?? [];
    if (title !== undefined) {
      const name = title
        .trim()
        .replace(/^profile\s+/, 'profile ')
        .replaceAll(/["']/g, '');
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      continue;
    }
    const [, key, value] = /^([^\s=#;]+)\s*=(.*)$/.exec(line.replace(/\s[#;].*$/, '')) ?? [];
    if (key !== undefined && value !== undefined) section?.set(key.toLowerCase(), value.trim());
  }
  return sections;
}
