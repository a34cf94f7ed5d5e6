import type { IncomingMessage, ServerResponse } from 'node:http';
import { faultOfToken } from './azure-token.ts';
import type { Certificates } from './certificates.ts';
import { TlsServer } from './tls-server.ts';
import type { TokenService } from './token-service.ts';

export interface Subscription {
  readonly displayName: string;
  /** `denied`: the sign-in may not list vaults in it. */
  readonly vaults: readonly { readonly name: string; readonly uri?: string }[] | 'denied';
}

const audience = 'https://management.azure.com';
const pageSize = 2;

/**
 * A double of Azure Resource Manager, ours, over TLS: no emulator can be installed here. What it answers follows
 * Subscriptions - List and Vaults - List By Subscription, and it knows no more than these; it takes signed tokens for it alone.
 */
export class ResourceManagerDouble extends TlsServer {
  /** By ID. */
  readonly subscriptions = new Map<string, Subscription>();
  /** Path of each request, and whether it bore a good token. */
  readonly requests: { readonly path: string; readonly isSignedIn: boolean }[] = [];
  /** Where the next page of a list is said to be, in place of this server. */
  nextPage: string | undefined;
  /** Answered in place of everything, to a request whose token is good. */
  answer: { readonly status: number; readonly body: string; readonly location?: string } | undefined;
  readonly #tokens: TokenService;

  private constructor(certificates: Certificates, tokens: TokenService) {
    super(certificates, (request, response) => this.#answer(request, response));
    this.#tokens = tokens;
  }

  static async start(certificates: Certificates, tokens: TokenService): Promise<ResourceManagerDouble> {
    const double = new ResourceManagerDouble(certificates, tokens);
    await double.listen();
    return double;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', audience);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const fault = token === undefined ? 'no token' : faultOfToken(token, this.#tokens, audience);
    this.requests.push({ path: url.pathname, isSignedIn: fault === undefined });
    if (fault !== undefined) {
      respond(response, 401, { error: { code: 'AuthenticationFailed', message: fault } });
    } else if (this.answer !== undefined) {
      const { status, body, location } = this.answer;
      response.writeHead(status, location === undefined ? {} : { location }).end(body);
    } else if (!/^\d{4}-\d\d-\d\d$/.test(url.searchParams.get('api-version') ?? '')) {
      const message = 'The api-version query parameter (?api-version=) is required for all requests.';
      respond(response, 400, { error: { code: 'MissingApiVersionParameter', message } });
    } else {
      this.#list(request, response, url);
    }
  }

  #list(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const [, id] =
      /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.KeyVault\/vaults$/.exec(url.pathname) ?? [];
    const subscription = this.subscriptions.get(id ?? '');
    if (url.pathname === '/subscriptions') {
      const all = [...this.subscriptions].map(([subscriptionId, { displayName }]) => ({
        ...{ id: `/subscriptions/${subscriptionId}`, subscriptionId, displayName, state: 'Enabled' },
      }));
      this.#page(request, response, { url, all });
    } else if (id === undefined || subscription === undefined) {
      const message = `The subscription '${id ?? ''}' could not be found.`;
      respond(response, 404, { error: { code: 'SubscriptionNotFound', message } });
    } else if (subscription.vaults === 'denied') {
      const message =
        "The client does not have authorization to perform action 'Microsoft.KeyVault/vaults/read'.";
      respond(response, 403, { error: { code: 'AuthorizationFailed', message } });
    } else {
      const all = subscription.vaults.map(({ name, uri = `https://${name}.vault.azure.net/` }) => ({
        id: `/subscriptions/${id}/resourceGroups/ml/providers/Microsoft.KeyVault/vaults/${name}`,
        ...{ name, type: 'Microsoft.KeyVault/vaults', location: 'westeurope' },
        properties: { vaultUri: uri, sku: { family: 'A', name: 'standard' } },
      }));
      this.#page(request, response, { url, all });
    }
  }

  #page(
    request: IncomingMessage,
    response: ServerResponse,
    { url, all }: { readonly url: URL; readonly all: readonly object[] },
  ): void {
    const start = Number(url.searchParams.get('$skiptoken') ?? '0');
    url.searchParams.set('$skiptoken', String(start + pageSize));
    const here = `https://${request.headers.host ?? ''}`;
    const nextLink = `${this.nextPage ?? here}${url.pathname}${url.search}`;
    const isLast = start + pageSize >= all.length;
    respond(response, 200, {
      value: all.slice(start, start + pageSize),
      ...(isLast ? {} : { nextLink }),
    });
  }
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
