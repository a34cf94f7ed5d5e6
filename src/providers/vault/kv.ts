import type { VaultConfiguration } from '../../configuration/configuration.ts';
import { Problem } from '../../problem.ts';
import { Secret } from '../../secret.ts';
import type { FetchedSecret } from '../source.ts';
import { errorText, fields, numberField, textField } from './answer.ts';
import type { VaultAnswer, VaultClient } from './client.ts';
import { serverProblem, vaultProblem } from './problem.ts';

/** The token that Vault did not accept, or that may not read the path: the sign-in finds out which. */
export class DeniedError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'DeniedError';
    this.problem = problem;
  }
}

function isNotThere(error: unknown): boolean {
  return error instanceof Problem && ['vault.noSuchSecret', 'vault.noSuchMount'].includes(error.code);
}

interface Place {
  readonly mount: string;
  /** Below the mount, without `data/`. */
  readonly rest: string;
  readonly engine: 'v1' | 'v2';
  /** Whether the mount is a guess of ours. */
  readonly isGuess?: true;
}

/** Reads a secret of a key/value engine, either version, or of an engine that makes secrets on demand. */
export class VaultReader {
  readonly #client: VaultClient;
  readonly #configuration: VaultConfiguration;
  /** What Vault said of the path. */
  #place: Place | undefined;

  constructor(client: VaultClient, configuration: VaultConfiguration) {
    this.#client = client;
    this.#configuration = configuration;
  }

  async read(token: Secret, now: number, signal: AbortSignal): Promise<FetchedSecret> {
    const places = this.#place ? [this.#place] : await this.#placesToTry(token, signal);
    let problem: unknown;
    for (const place of places) {
      try {
        const fetched = await this.#readAt(place, token, now, signal);
        this.#place = place;
        return fetched;
      } catch (error) {
        if (!(error instanceof DeniedError) && !isNotThere(error)) throw error;
        // "Not there" is said only where one may look, so it says more than "denied".
        if (problem === undefined || (problem instanceof DeniedError && isNotThere(error))) problem = error;
      }
    }
    // An engine may have been moved or upgraded: the next reading asks again.
    this.#place = undefined;
    throw problem;
  }

  /** Asks Vault where the path is mounted; where the policy forbids the question, both versions are tried. */
  async #placesToTry(token: Secret, signal: AbortSignal): Promise<readonly Place[]> {
    const { mount } = this.#configuration;
    const path = trimmed(this.#configuration.path);
    const asked = mount === undefined ? path : `${trimmed(mount)}/`;
    const answer = await this.#call(`sys/internal/ui/mounts/${encoded(asked)}`, token, signal);
    if (answer.status === 200) return this.#told(fields(answer.body)['data'], path);
    const problem = await serverProblem(answer, this.#configuration.address, this.#client, signal);
    if (problem) throw problem;
    if (mount === undefined) return guesses(path);
    const given = trimmed(mount);
    const rest = withoutMount(path, given);
    return [...versionTwo(given, rest), { mount: given, rest, engine: 'v1' }];
  }

  #told(data: unknown, path: string): readonly Place[] {
    const mount = trimmed(textField(data, 'path') ?? '');
    const version = textField(fields(data)['options'], 'version');
    const rest = withoutMount(path, mount);
    if (rest === '') {
      throw vaultProblem({
        code: 'path',
        message: `mlflowSecretsAuth.vault.path names the mount "${mount}" and no secret in it.`,
        remedy: `Write it as ${mount}/NAME.`,
        retry: 'afterFix',
        action: { kind: 'openSetting', setting: 'mlflowSecretsAuth.vault.path' },
      });
    }
    return version === '2' ? versionTwo(mount, rest) : [{ mount, rest, engine: 'v1' }];
  }

  async #readAt(place: Place, token: Secret, now: number, signal: AbortSignal): Promise<FetchedSecret> {
    const path = apiPath(place);
    const { version } = this.#configuration;
    const query = place.engine === 'v2' && version !== undefined ? `?version=${version}` : '';
    const answer = await this.#call(encoded(path) + query, token, signal);
    const { body, status } = answer;
    if (status === 200) return place.engine === 'v2' ? fromVersionTwo(body) : fromVersionOne(body, now);
    const problem = await serverProblem(answer, this.#configuration.address, this.#client, signal);
    if (problem) throw problem;
    if (status === 403) throw new DeniedError(denied(path, place.isGuess === true));
    if (status === 404) throw absent(answer, place, version);
    throw vaultProblem({
      code: 'refused',
      message: `Vault did not accept the request for ${path} (status ${status}).`,
      remedy: 'Check mlflowSecretsAuth.vault.path, mount and namespace.',
      retry: 'afterFix',
    });
  }

  async #call(path: string, token: Secret, signal: AbortSignal): Promise<VaultAnswer> {
    return this.#client.call({ method: 'GET', path, token, signal });
  }
}

function apiPath({ mount, rest, engine }: Place): string {
  return engine === 'v2' ? `${mount}/data/${rest}` : `${mount}/${rest}`;
}

/** `secret/data/mlflow` is how the HTTP API and the Python plugin name `secret/mlflow`; a name may also begin so. */
function versionTwo(mount: string, rest: string): readonly Place[] {
  const plain: Place = { mount, rest, engine: 'v2' };
  return rest.startsWith('data/') ? [{ ...plain, rest: rest.slice('data/'.length) }, plain] : [plain];
}

/** Every place that the path may stand for, the shortest mount first; version 1 has the same path for all of them. */
function guesses(path: string): readonly Place[] {
  const parts = path.split('/');
  const splits = parts.slice(1).map((_part, index) => {
    const mount = parts.slice(0, index + 1).join('/');
    return versionTwo(mount, parts.slice(index + 1).join('/'));
  });
  const [first = '', ...others] = parts;
  const places: Place[] = [...splits.flat(), { mount: first, rest: others.join('/'), engine: 'v1' }];
  return parts.length > 2 ? places.map((place) => ({ ...place, isGuess: true })) : places;
}

function withoutMount(path: string, mount: string): string {
  return path === mount || path.startsWith(`${mount}/`) ? path.slice(mount.length + 1) : path;
}

function trimmed(path: string): string {
  return path.trim().replace(/^\/+|\/+$/g, '');
}

function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function fromVersionTwo(body: unknown): FetchedSecret {
  const data = fields(fields(body)['data']);
  const version = numberField(data['metadata'], 'version');
  return { text: textOf(data['data']), version: version?.toString(), expiresAt: undefined };
}

/** Key/value version 1 names a lease that it does not hold; only one with an id counts. */
function fromVersionOne(body: unknown, now: number): FetchedSecret {
  const { data, lease_id: lease } = fields(body);
  const seconds = numberField(body, 'lease_duration') ?? 0;
  const isLeased = typeof lease === 'string' && lease !== '' && seconds > 0;
  return { text: textOf(data), version: undefined, expiresAt: isLeased ? now + seconds * 1000 : undefined };
}

/** A secret of one field called `value` is that text; any other is its fields. */
function textOf(data: unknown): Secret {
  const all = fields(data);
  const value = all['value'];
  if (typeof value === 'string' && Object.keys(all).length === 1) return new Secret(value);
  return new Secret(JSON.stringify(all));
}

function denied(path: string, isGuess: boolean): Problem {
  const orMount = isGuess ? ' If its mount is another, set mlflowSecretsAuth.vault.mount.' : '';
  return vaultProblem({
    code: 'denied',
    message: `Vault does not let this sign-in read ${path}.`,
    remedy: `Ask for a policy with: path "${path}" { capabilities = ["read"] }.${orMount}`,
    retry: 'purge',
  });
}

function absent({ body }: VaultAnswer, place: Place, pinned: number | undefined): Problem {
  const metadata = fields(fields(fields(body)['data'])['metadata']);
  const path = `${place.mount}/${place.rest}`;
  const which = pinned === undefined ? 'The newest version' : `Version ${pinned}`;
  if (metadata['destroyed'] === true) {
    return vaultProblem({
      code: 'destroyed',
      message: `${which} of ${path} was destroyed and cannot be brought back.`,
      remedy: 'Write a new version, or set mlflowSecretsAuth.vault.version to one that exists.',
      retry: 'purge',
    });
  }
  if (textField(metadata, 'deletion_time') !== undefined) {
    return vaultProblem({
      code: 'deleted',
      message: `${which} of ${path} is deleted.`,
      remedy: 'Undelete it, write a new version, or set mlflowSecretsAuth.vault.version to one that exists.',
      retry: 'purge',
    });
  }
  if (/no handler for route|unsupported path/i.test(errorText(body))) {
    return vaultProblem({
      code: 'noSuchMount',
      message: `Vault has nothing mounted at "${place.mount}/".`,
      remedy: 'Check mlflowSecretsAuth.vault.path, mlflowSecretsAuth.vault.mount and the namespace.',
      retry: 'purge',
      action: { kind: 'openSetting', setting: 'mlflowSecretsAuth.vault.path' },
    });
  }
  return vaultProblem({
    code: 'noSuchSecret',
    message: `Vault has no secret at ${path}${pinned === undefined ? '' : ` in version ${pinned}`}.`,
    remedy: 'Check mlflowSecretsAuth.vault.path and the namespace, or write the secret.',
    retry: 'purge',
    action: { kind: 'openSetting', setting: 'mlflowSecretsAuth.vault.path' },
  });
}
