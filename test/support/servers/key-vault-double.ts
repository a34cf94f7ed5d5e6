import type { IncomingMessage, ServerResponse } from 'node:http';
import { faultOfToken } from './azure-token.ts';
import type { Certificates } from './certificates.ts';
import { TlsServer } from './tls-server.ts';
import { tenantId } from './token-service.ts';
import type { TokenService } from './token-service.ts';

export interface StoredSecret {
  readonly value: string;
  readonly version?: string;
  readonly enabled?: boolean;
  readonly contentType?: string;
  /** Of a certificate. */
  readonly managed?: boolean;
  /** Seconds since 1970. */
  readonly exp?: number;
  readonly nbf?: number;
}

export interface ErrorResponse {
  readonly status: number;
  readonly code: string;
  readonly innerCode?: string;
  readonly message: string;
  readonly headers?: Record<string, string>;
}

/**
 * A double of Azure Key Vault, ours, for the real SDK clients over TLS: no emulator can be installed here. What it
 * answers follows the published pages that each part names; it knows only what reading a secret and listing their names needs.
 */
export class KeyVaultDouble extends TlsServer {
  /** By name, the newest version last. */
  readonly secrets = new Map<string, readonly StoredSecret[]>();
  readonly deleted = new Set<string>();
  /** Path of each request, and whether it bore a token. */
  readonly requests: { readonly path: string; readonly withToken: boolean }[] = [];
  /** Answered in place of a secret, to a request whose token is good. */
  error: ErrorResponse | undefined;
  /** Answered in place of a list of secrets. */
  listError: ErrorResponse | undefined;
  /** Another address at which the next page of a list is said to be. */
  nextPage: string | undefined;
  /** In place of the true challenge. */
  challenge: string | undefined;
  /** Takes requests and answers none. */
  hangs = false;
  /** Connections of those that the client closed. */
  givenUp = 0;
  /** What a proxy on the way answers to everything. */
  page: { readonly status: number; readonly body: string; readonly type?: string } | undefined;
  resource = 'https://vault.azure.net';
  readonly #tokens: TokenService;

  private constructor(certificates: Certificates, tokens: TokenService) {
    super(certificates, (request, response) => this.#answer(request, response));
    this.#tokens = tokens;
  }

  static async start(certificates: Certificates, tokens: TokenService): Promise<KeyVaultDouble> {
    const double = new KeyVaultDouble(certificates, tokens);
    await double.listen();
    return double;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'https://vault.invalid');
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    this.requests.push({ path: url.pathname, withToken: token !== undefined });
    if (this.hangs) {
      request.socket.once('close', () => (this.givenUp += 1));
      return;
    }
    if (this.page) {
      const { status, body, type = 'text/html' } = this.page;
      response.writeHead(status, { 'content-type': type }).end(body);
      return;
    }
    const fault = token === undefined ? 'no token' : faultOfToken(token, this.#tokens, this.resource);
    if (fault !== undefined) {
      this.#unauthorized(response, token === undefined ? 'Request is missing a Bearer token.' : fault);
      return;
    }
    // Authentication, requests and responses: each request names the API version.
    if (!url.searchParams.has('api-version')) {
      respondWithError(response, {
        status: 400,
        code: 'BadParameter',
        message: 'api-version must be specified',
      });
      return;
    }
    const [collection, name, version] = url.pathname.split('/').filter((part) => part !== '');
    if (name !== undefined && collection === 'secrets') this.#secret(response, name, version);
    else if (name !== undefined && collection === 'deletedsecrets') this.#deletedSecret(response, name);
    else if (collection === 'secrets') this.#list(request, response, url);
    else respondWithError(response, { status: 404, code: 'NotFound', message: 'no such resource' });
  }

  /** Get Secrets, Responses: base identifiers and attributes, and where the next page is. */
  #list(request: IncomingMessage, response: ServerResponse, url: URL): void {
    if (this.listError) {
      respondWithError(response, this.listError);
      return;
    }
    const size = Number(url.searchParams.get('maxresults') ?? '25');
    const start = Number(url.searchParams.get('$skiptoken') ?? '0');
    const all = [...this.secrets.entries()];
    const value = all.slice(start, start + size).map(([name, versions]) => ({
      id: `${this.resource.replace('//', '//mlflow.')}/secrets/${name}`,
      attributes: { enabled: versions.at(-1)?.enabled !== false, created: 1, updated: 1 },
      contentType: versions.at(-1)?.contentType,
      managed: versions.at(-1)?.managed,
    }));
    url.searchParams.set('$skiptoken', String(start + size));
    const next = `${this.nextPage ?? `https://${request.headers.host ?? ''}`}${url.pathname}${url.search}`;
    json(response, 200, { value, nextLink: all.length > start + size ? next : null });
  }

  /** Authentication, requests and responses, Authentication: 401 with WWW-Authenticate, and an error body. */
  #unauthorized(response: ServerResponse, message: string): void {
    const authorization = `https://login.microsoftonline.com/${tenantId}`;
    const challenge =
      this.challenge ?? `Bearer authorization="${authorization}", resource="${this.resource}"`;
    const headers = { 'WWW-Authenticate': challenge };
    respondWithError(response, { status: 401, code: 'Unauthorized', message, headers });
  }

  /** Get Secret, Responses: 200 with a secret bundle, or a Key Vault error. */
  #secret(response: ServerResponse, name: string, version: string | undefined): void {
    if (this.error) {
      respondWithError(response, this.error);
      return;
    }
    const versions = this.secrets.get(name) ?? [];
    const secret = version === undefined ? versions.at(-1) : versions.find((one) => one.version === version);
    if (secret === undefined) {
      const message =
        `A secret with (name/id) ${name}/${version ?? ''} was not found in this key vault. If you recently ` +
        'deleted this secret you may be able to recover it using the correct recovery command.';
      respondWithError(response, { status: 404, code: 'SecretNotFound', message });
      return;
    }
    // About secrets, Secret attributes: enabled; exp and nbf do not keep a secret from being read.
    if (secret.enabled === false) {
      const message = 'Operation get is not allowed on a disabled secret.';
      respondWithError(response, { status: 403, code: 'Forbidden', innerCode: 'SecretDisabled', message });
      return;
    }
    const { exp, nbf } = secret;
    json(response, 200, {
      value: secret.value,
      id: `${this.resource.replace('//', '//mlflow.')}/secrets/${name}/${secret.version ?? '0'.repeat(32)}`,
      attributes: { enabled: true, created: 1, updated: 1, recoveryLevel: 'Recoverable', exp, nbf },
    });
  }

  /** Get Deleted Secret, Responses. */
  #deletedSecret(response: ServerResponse, name: string): void {
    if (this.error || !this.deleted.has(name)) {
      const message = 'A deleted secret was not found in this key vault.';
      respondWithError(response, this.error ?? { status: 404, code: 'SecretNotFound', message });
      return;
    }
    const id = `${this.resource.replace('//', '//mlflow.')}/secrets/${name}/${'0'.repeat(32)}`;
    const recoveryId = `${this.resource.replace('//', '//mlflow.')}/deletedsecrets/${name}`;
    json(response, 200, { id, recoveryId, deletedDate: 1, scheduledPurgeDate: 2, attributes: {} });
  }
}

/** Authentication, requests and responses, Error response: code, message and, where there is one, an inner code. */
function respondWithError(
  response: ServerResponse,
  { status, code, innerCode, message, headers }: ErrorResponse,
): void {
  const innererror = innerCode === undefined ? undefined : { code: innerCode };
  json(response, status, { error: { code, message, innererror } }, headers);
}

function json(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}
