import { OAuth2Server } from 'oauth2-mock-server';
import type { MutableResponse, MutableToken, TokenRequestIncomingMessage } from 'oauth2-mock-server';
import type { Certificates } from './certificates.ts';

export const tenantId = '11111111-1111-4111-8111-111111111111';
export const clientId = '22222222-2222-4222-8222-222222222222';
export const clientSecret = 'canary-client-secret';

/** One request for a token, as it came over the wire. */
export interface TokenCall {
  readonly scope: string | undefined;
  readonly clientId: string | undefined;
  readonly withAssertion: boolean;
}

interface Form {
  readonly scope?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly client_assertion?: string;
}

/**
 * oauth2-mock-server under Microsoft Entra's addresses: real signed tokens, key set and metadata over TLS. It
 * checks no secrets, so that is added here, in the words of the Microsoft identity platform's error reference.
 */
export class TokenService {
  readonly calls: TokenCall[] = [];
  /** Of the next tokens. */
  lifetimeSeconds = 3600;
  /** In place of a token: why there is none. */
  refusal: string | undefined;
  readonly #server: OAuth2Server;

  private constructor(server: OAuth2Server) {
    this.#server = server;
  }

  static async start(certificates: Certificates): Promise<TokenService> {
    const { keyFile, certFile } = certificates;
    const server = new OAuth2Server(keyFile, certFile, {
      endpoints: {
        wellKnownDocument: `/${tenantId}/v2.0/.well-known/openid-configuration`,
        token: `/${tenantId}/oauth2/v2.0/token`,
        jwks: `/${tenantId}/discovery/v2.0/keys`,
        authorize: `/${tenantId}/oauth2/v2.0/authorize`,
      },
    });
    await server.issuer.keys.generate('RS256');
    await server.start(0, 'localhost');
    const service = new TokenService(server);
    server.service.on('beforeTokenSigning', (token: MutableToken, request: TokenRequestIncomingMessage) => {
      service.#describe(token, request.body as Form);
    });
    server.service.on('beforeResponse', (response: MutableResponse, request: TokenRequestIncomingMessage) => {
      service.#check(response, request.body as Form);
    });
    return service;
  }

  get port(): number {
    return this.#server.address().port;
  }

  /** Without a trailing slash; also the issuer of its tokens. */
  get url(): string {
    return this.#server.issuer.url ?? `https://localhost:${this.port}`;
  }

  /** As which it is known from now on. */
  set url(url: string) {
    this.#server.issuer.url = url;
  }

  get tokenUrl(): string {
    return `${this.url}/${tenantId}/oauth2/v2.0/token`;
  }

  /** The public keys, as a vault gets them. */
  keys(): readonly Record<string, unknown>[] {
    return this.#server.issuer.keys.toJSON();
  }

  /** A signed token whose claims may be wrong. */
  async token(
    changes: { audience?: string; issuer?: string; lifetimeSeconds?: number } = {},
  ): Promise<string> {
    return this.#server.issuer.buildToken({
      expiresIn: changes.lifetimeSeconds ?? 3600,
      scopesOrTransform: (_header, payload) => {
        payload['aud'] = changes.audience ?? 'https://vault.azure.net';
        if (changes.issuer !== undefined) payload.iss = changes.issuer;
      },
    });
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  #describe(token: MutableToken, form: Form): void {
    token.payload['aud'] = form.scope?.replace(/\/\.default\b.*$/, '');
    token.payload['appid'] = form.client_id;
    token.payload['tid'] = tenantId;
    token.payload.exp = token.payload.iat + this.lifetimeSeconds;
  }

  #check(response: MutableResponse, form: Form): void {
    const { scope, client_id, client_secret, client_assertion } = form;
    this.calls.push({ scope, clientId: client_id, withAssertion: client_assertion !== undefined });
    if (this.refusal !== undefined) {
      response.statusCode = 400;
      response.body = { error: this.refusal, error_description: this.refusal, error_codes: [70011] };
      return;
    }
    if (client_assertion !== undefined || client_secret === clientSecret) {
      if (typeof response.body === 'object') response.body['expires_in'] = this.lifetimeSeconds;
      return;
    }
    response.statusCode = 401;
    response.body = {
      error: 'invalid_client',
      error_description: `AADSTS7000215: Invalid client secret provided for app '${String(client_id)}'.`,
      error_codes: [7000215],
    };
  }
}
