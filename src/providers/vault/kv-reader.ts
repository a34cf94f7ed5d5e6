import { Secret } from '../../secret.ts';
import { pathValueFix } from '../path-value.ts';
import type { FetchedSecret } from '../source.ts';
import { fields, numberField, textField } from '../transport/fields.ts';
import type { VaultConfiguration } from './configuration.ts';
import type { VaultClient } from './client.ts';
import { apiPath, belowMount, encoded, possiblePaths, trimmed, versionOne, versionTwo } from './kv-path.ts';
import type { KvPath } from './kv-path.ts';
import {
  absent,
  badMount,
  DeniedError,
  isAbsent,
  notASecret,
  onlyMount,
  otherEngine,
  requestNotAccepted,
} from './kv-problem.ts';
import type { VaultResponse } from './response.ts';
import { serverProblem } from './server-problem.ts';
import { notVault } from './server-words.ts';

/** Reads a secret of a key/value engine, either version, or of an engine that makes secrets on demand. */
export class KvReader {
  readonly #client: VaultClient;
  readonly #configuration: VaultConfiguration;
  /** Where the last reading found the secret. */
  #path: KvPath | undefined;

  constructor(client: VaultClient, configuration: VaultConfiguration) {
    this.#client = client;
    this.#configuration = configuration;
  }

  async read(token: Secret, now: number, signal: AbortSignal): Promise<FetchedSecret> {
    const paths = this.#path ? [this.#path] : await this.#pathsToTry(token, signal);
    let problem: unknown;
    for (const path of paths) {
      try {
        const response = await this.#readAt(path, token, signal);
        this.#path = path;
        const found = path.engine === 'v2' ? fromVersionTwo(response) : fromVersionOne(response, now);
        // Whoever chose the path and the tracking server would get the token in place of a secret.
        if (holds(found.text, token)) throw notASecret(apiPath(path));
        return found;
      } catch (error) {
        if (!(error instanceof DeniedError) && !isAbsent(error)) throw error;
        // Vault says "not there" only of what the token may see, so that says more than "denied".
        if (problem === undefined || (problem instanceof DeniedError && isAbsent(error))) problem = error;
      }
    }
    // An engine may have been moved or upgraded: the next reading asks again.
    this.#path = undefined;
    throw problem;
  }

  /** Asks Vault where the path is mounted; where the policy forbids the question, both versions are tried. */
  async #pathsToTry(token: Secret, signal: AbortSignal): Promise<readonly KvPath[]> {
    const path = trimmed(this.#configuration.path);
    const mount = this.#configuration.mount === undefined ? undefined : trimmed(this.#configuration.mount);
    const mountOrPath = mount === undefined ? path : `${mount}/`;
    const response = await this.#get(`sys/internal/ui/mounts/${encoded(mountOrPath)}`, token, signal);
    if (response.status === 200) return this.#pathsAtMount(fields(response.body)['data'], path);
    const problem = await serverProblem(response, this.#client, signal);
    if (problem) throw problem;
    if (mount === undefined) return possiblePaths(path);
    const rest = belowMount(path, mount);
    return [...versionTwo(mount, rest), versionOne(mount, rest)];
  }

  /** `mountData` is what Vault says about the mount: its path, and the version of its engine. */
  #pathsAtMount(mountData: unknown, path: string): readonly KvPath[] {
    const answer = textField(mountData, 'path');
    if (answer === undefined) throw notVault(this.#client.address, 200);
    // The path of the next request, whose token another application on that host must not get.
    if (pathValueFix(answer, { segments: 'many' }) !== undefined) throw badMount(this.#client.address);
    const mount = trimmed(answer);
    const version = textField(fields(mountData)['options'], 'version');
    // As where sign-in methods are mounted: those are named without the `auth/` before them.
    if (this.#configuration.mount === undefined && !`${path}/`.startsWith(`${mount}/`))
      throw showsToken.test(path) ? notASecret(path) : otherEngine(`auth/${mount}`, path);
    const rest = belowMount(path, mount);
    if (rest === '') throw onlyMount(mount);
    return version === '2' ? versionTwo(mount, rest) : [versionOne(mount, rest)];
  }

  /** Vault's response with the secret; every other one is a `Problem` or a `DeniedError`. */
  async #readAt(path: KvPath, token: Secret, signal: AbortSignal): Promise<VaultResponse> {
    if (showsToken.test(apiPath(path))) throw notASecret(apiPath(path));
    const { version } = this.#configuration;
    const query = path.engine === 'v2' && version !== undefined ? `?version=${version}` : '';
    const response = await this.#get(encoded(apiPath(path)) + query, token, signal);
    if (response.status === 200) return response;
    const problem = await serverProblem(response, this.#client, signal);
    if (problem) throw problem;
    if (response.status === 403) throw new DeniedError(path);
    if (response.status === 404) throw absent(response, path, version);
    throw requestNotAccepted(apiPath(path), response.status);
  }

  async #get(path: string, token: Secret, signal: AbortSignal): Promise<VaultResponse> {
    return this.#client.call({ method: 'GET', path, token, signal });
  }
}

function fromVersionTwo({ body }: VaultResponse): FetchedSecret {
  const data = fields(fields(body)['data']);
  const version = numberField(data['metadata'], 'version');
  return { text: textOf(data['data']), version: version?.toString(), expiresAt: undefined };
}

/**
 * Where Vault shows a token, by its API; a namespace may stand before it. The rest of `auth/token` shows none, and a
 * secret may be called so.
 */
const showsToken = /(?:^|\/)auth\/token\/lookup(?:-self|-accessor)?(?:\/|$)/;

/** Of tokens that Vault made; one that somebody chose, such as "root", may be part of any word. */
const minTokenLength = 20;

function holds(text: Secret, token: Secret): boolean {
  const value = token.reveal();
  return value.length >= minTokenLength && text.reveal().includes(value);
}

/** Key/value version 1 names a lease that it does not hold; only one with an id counts. */
function fromVersionOne({ body }: VaultResponse, now: number): FetchedSecret {
  const seconds = numberField(body, 'lease_duration') ?? 0;
  const isLeased = textField(body, 'lease_id') !== undefined && seconds > 0;
  return {
    text: textOf(fields(body)['data']),
    version: undefined,
    expiresAt: isLeased ? now + seconds * 1000 : undefined,
  };
}

/** A secret whose only field is called `value` is that text; any other is a JSON object of its fields. */
function textOf(data: unknown): Secret {
  const all = fields(data);
  const value = all['value'];
  if (typeof value === 'string' && Object.keys(all).length === 1) return new Secret(value);
  return new Secret(JSON.stringify(all));
}
