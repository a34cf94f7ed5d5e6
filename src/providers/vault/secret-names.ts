import type { Secret } from '../../secret.ts';
import { inertLine } from '../../inert.ts';
import { pathValueFix } from '../path-value.ts';
import type { ListedSecret, SecretNames } from '../source.ts';
import { fields, textField } from '../transport/fields.ts';
import type { VaultConfiguration } from './configuration.ts';
import type { VaultClient } from './client.ts';
import { encoded, trimmed } from './kv-path.ts';
import type { KvPath } from './kv-path.ts';
import type { VaultResponse } from './response.ts';
import { serverProblem } from './server-problem.ts';
import { lookUpToken } from './sign-in/token.ts';

/** Enough to pick from; whoever has more enters the path. */
const maxNames = 500;
/** Each folder is a call. */
const maxFolders = 60;
const maxIdentityLength = 60;

type Folder = Pick<KvPath, 'mount' | 'engine'> & {
  /** Below the mount, with a slash at its end; empty for the mount itself. */
  readonly path: string;
};

/** Walks the folders of key/value engines, those near the mount first. Every failure but a denial is a `Problem`. */
export class SecretNamesReader {
  readonly #client: VaultClient;
  readonly #configuration: VaultConfiguration;

  constructor(client: VaultClient, configuration: VaultConfiguration) {
    this.#client = client;
    this.#configuration = configuration;
  }

  async read(token: Secret, signal: AbortSignal): Promise<SecretNames> {
    const secrets: ListedSecret[] = [];
    const folders: Folder[] = [...(await this.#mounts(token, signal))];
    let visited = 0;
    let isDenied = false;
    for (const folder of folders) {
      if (visited === maxFolders || secrets.length >= maxNames) break;
      visited += 1;
      const keys = await this.#keysIn(folder, token, signal);
      if (keys === 'denied') isDenied = true;
      else {
        for (const key of keys) {
          if (isFolder(key)) folders.push({ ...folder, path: folder.path + key });
          else secrets.push(secretAt(folder, key));
        }
      }
    }
    if (secrets.length === 0 && isDenied) return { kind: 'denied' };
    const isCutOff = isDenied || folders.length > visited || secrets.length > maxNames;
    const identity = await this.#identity(token, signal);
    return { kind: 'listed', secrets: secrets.slice(0, maxNames), isCutOff, identity };
  }

  /** The configured one, or those that Vault shows to this token; where it shows none, the usual one. */
  async #mounts(token: Secret, signal: AbortSignal): Promise<readonly Folder[]> {
    const { mount } = this.#configuration;
    const isOne = mount !== undefined;
    const suffix = isOne ? `/${encoded(trimmed(mount))}/` : '';
    const response = await this.#get(`sys/internal/ui/mounts${suffix}`, token, signal);
    if (response.status !== 200) {
      const problem = await serverProblem(response, this.#client, signal);
      if (problem) throw problem;
      const guess = isOne ? trimmed(mount) : 'secret';
      return (['v2', 'v1'] as const).map((engine) => ({ mount: guess, engine, path: '' }));
    }
    const { data } = fields(response.body);
    const found = isOne ? [[mount, data] as const] : Object.entries(fields(fields(data)['secret']));
    return found.flatMap(([path, about]) => folderOf(trimmed(path), about));
  }

  async #keysIn(
    { mount, engine, path }: Folder,
    token: Secret,
    signal: AbortSignal,
  ): Promise<readonly string[] | 'denied'> {
    const at = engine === 'v2' ? `${mount}/metadata/${path}` : `${mount}/${path}`;
    const response = await this.#get(`${encoded(at)}?list=true`, token, signal);
    const { status, body } = response;
    if (status === 403) return 'denied';
    // Nothing is there, or no such engine.
    if (status === 404) return [];
    const problem = status === 200 ? undefined : await serverProblem(response, this.#client, signal);
    if (problem) throw problem;
    const { keys } = fields(fields(body)['data']);
    return Array.isArray(keys) ? keys.filter(isUsable) : [];
  }

  /** `undefined` where a policy forbids the question. */
  async #identity(token: Secret, signal: AbortSignal): Promise<string | undefined> {
    const { status, body } = await lookUpToken(this.#client, token, signal);
    const name = status === 200 ? textField(fields(body)['data'], 'display_name') : undefined;
    return name === undefined ? undefined : inertLine(name, maxIdentityLength);
  }

  async #get(path: string, token: Secret, signal: AbortSignal): Promise<VaultResponse> {
    return this.#client.call({ method: 'GET', path, token, signal });
  }
}

/** An engine that a secret is read from by its name; others make secrets on demand, or encrypt. */
function folderOf(mount: string, about: unknown): readonly Folder[] {
  const type = textField(about, 'type');
  if ((type !== 'kv' && type !== 'generic') || pathValueFix(mount, { segments: 'many' }) !== undefined)
    return [];
  const isSecond = textField(fields(about)['options'], 'version') === '2';
  return [{ mount, engine: isSecond ? 'v2' : 'v1', path: '' }];
}

function isFolder(key: string): boolean {
  return key.endsWith('/');
}

/** It becomes a part of the next call, or of the setting, which would not be accepted with anything else. */
function isUsable(key: unknown): key is string {
  return (
    typeof key === 'string' && pathValueFix(key, { segments: 'many' }) === undefined && !key.startsWith('/')
  );
}

function secretAt({ mount, path }: Folder, key: string): ListedSecret {
  return { name: `${mount}/${path}${key}`, about: undefined };
}
