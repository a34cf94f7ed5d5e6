import http from 'node:http';
import https from 'node:https';
import * as l10n from '@vscode/l10n';
import axios from 'axios';
import nodeVault from 'node-vault';
import { networkErrorKind } from '../../network/error-kind.ts';
import type { Problem } from '../../problem.ts';
import { Secret } from '../../secret.ts';
import { NameLookUp } from '../transport/name-look-up.ts';
import { networkProblem, safeCause } from '../transport/network-problem.ts';
import { isReadOnTheWay, otherHttpProxy } from '../transport/plain-http.ts';
import type { HttpProxyWay } from '../transport/plain-http.ts';
import { retryAfterMs } from '../transport/retry-after.ts';
import { speaksTls } from '../transport/speaks-tls.ts';
import { nameOf, vaultProblem } from './problem.ts';
import { isVaults } from './response.ts';
import type { VaultResponse } from './response.ts';
import { certificateNeeded, notVault, tlsNeeded } from './server-words.ts';
import { callSeconds } from './tls-variables.ts';
import type { VaultTls } from './tls.ts';

export interface VaultClientOptions extends HttpProxyWay {
  /** As `httpProxyName`, at any time. */
  readonly httpProxyName?: () => string | undefined;
  readonly address: string;
  readonly namespace: string | undefined;
  readonly tls: VaultTls;
  /** For one call; fetching the secret as a whole has a limit of its own. */
  readonly callTimeoutMs?: number;
}

/** One call; `path` is below `/v1/`. */
export interface VaultCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly token?: Secret;
  readonly signal: AbortSignal;
}

const none = new Secret('');
const maxResponseBytes = 1_000_000;

interface TransportRequest {
  readonly method: 'GET' | 'POST';
  readonly uri: string;
  readonly headers: Record<string, string>;
  readonly json?: unknown;
  readonly signal: AbortSignal;
}

/**
 * Calls one Vault through node-vault, over a transport that follows no redirect (a redirect would carry the token to
 * another host), can be aborted, and reports every status. Rejects with a `Problem` when there is no response.
 */
export class VaultClient {
  readonly address: string;
  readonly namespace: string | undefined;
  readonly #client: nodeVault.client;
  readonly #way: HttpProxyWay;
  readonly #httpProxyName: () => string | undefined;

  constructor(options: VaultClientOptions) {
    const { address, namespace, tls, callTimeoutMs, httpProxyName = () => undefined } = options;
    this.#httpProxyName = httpProxyName;
    this.address = address;
    this.namespace = namespace;
    this.#way = options;
    const sender = axios.create({
      maxRedirects: 0,
      // The editor's own patches of http and https bring the user's HTTP proxy.
      proxy: false,
      timeout: callTimeoutMs ?? callSeconds * 1000,
      maxContentLength: maxResponseBytes,
      validateStatus: () => true,
      transport: transportWith(tls),
    });
    const send = async (request: TransportRequest): Promise<unknown> => {
      const { method, uri: url, headers, json: data, signal } = request;
      const response = await sender.request<unknown>({ method, url, headers, data, signal });
      const { status, data: body } = response;
      const retryAfter: unknown = response.headers['retry-after'];
      const location: unknown = response.headers['location'];
      return {
        // node-vault turns every other status into an error; ours say more.
        statusCode: 200,
        request: { path: url },
        body: {
          status,
          body,
          retryAfterMs: retryAfterMs(typeof retryAfter === 'string' ? retryAfter : undefined, Date.now()),
          location: typeof location === 'string' ? location : undefined,
        } satisfies VaultResponse,
      };
    };
    this.#client = nodeVault({
      endpoint: address,
      ...(namespace !== undefined && { namespace }),
      // Its own would write secrets to the console when DEBUG is set.
      debug: () => undefined,
      'request-promise': { defaults: () => send },
    });
    // node-vault also reads VAULT_TOKEN, VAULT_NAMESPACE and VAULT_PREFIX; only the configuration counts.
    Object.assign(this.#client, { token: '', namespace: namespace ?? '', pathPrefix: '' });
  }

  async call({ method, path, body, token, signal }: VaultCall): Promise<VaultResponse> {
    if (!staysBelow(`${this.address}/v1/`, path)) throw outsideApi(this.address);
    if (isReadOnTheWay(new URL(this.address).protocol, this.#way)) {
      throw vaultProblem({ code: 'httpProxy', ...otherHttpProxy(nameOf(this.address)) });
    }
    const headers: Record<string, string> = { 'X-Vault-Request': 'true' };
    // A Vault Agent adds its own to a request that has none, not to one with an empty one.
    if (token && !token.equals(none)) headers['X-Vault-Token'] = token.reveal();
    // What was entered is in the body, and axios holds that for as long as its connection is kept for another call.
    if (body) headers['Connection'] = 'close';
    const options = { method, path: `/${path}`, headers, signal, ...(body && { json: body }) };
    const response = await this.#send(options);
    // Whoever reads it looks at fields alone, and would find that they are not there.
    if (response.status === 200 && !isVaults(response)) throw unreadable(this.address, response);
    return response;
  }

  /** As the function of that name says it of this Vault. */
  networkProblem(error: unknown): Problem | undefined {
    return networkProblem(error, {
      provider: 'vault',
      name: nameOf(this.address),
      httpProxy: this.#httpProxyName(),
    });
  }

  async #send(options: nodeVault.RequestOption & { readonly signal: AbortSignal }): Promise<VaultResponse> {
    const { signal } = options;
    try {
      return (await this.#client.request(options)) as VaultResponse;
    } catch (error) {
      signal.throwIfAborted();
      if (
        this.address.startsWith('http:') &&
        closedUnanswered(error) &&
        (await speaksTls(this.address, signal))
      )
        throw tlsNeeded(this.address);
      throw (
        certificateMissed(this.address, error) ??
        overlong(this.address, error) ??
        this.networkProblem(withTimeoutCode(error)) ??
        noResponse(this.address, error)
      );
    }
  }
}

/** Whether the path is, as it stands, what a URL parser makes of it. The last wall: settings are checked before. */
function staysBelow(base: string, path: string): boolean {
  const [pathOnly = ''] = path.split('?', 1);
  if (!URL.canParse(base) || !URL.canParse(base + path)) return false;
  return new URL(base + path).pathname === new URL(base).pathname + pathOnly;
}

function outsideApi(address: string): Problem {
  return vaultProblem({
    code: 'outsideApi',
    message: l10n.t('A request to {0} would have left the API of Vault; it was not sent.', nameOf(address)),
    remedy: l10n.t('Check the settings under mlflowSecretsAuth.vault.'),
    retry: 'afterFix',
    action: { kind: 'configure' },
  });
}

/**
 * Node's own transport with these certificates and names. Not by an agent: where one is given, the editor may leave out the
 * user's HTTP proxy (`http.proxySupport` "on").
 */
function transportWith(tls: VaultTls): { readonly request: typeof http.request } {
  const request = (
    options: https.RequestOptions,
    onResponse?: (response: http.IncomingMessage) => void,
  ): http.ClientRequest => {
    const name = new NameLookUp();
    const { lookup } = name;
    const sent =
      options.protocol === 'https:'
        ? https.request({ ...options, ...tls, lookup }, onResponse)
        : http.request({ ...options, lookup }, onResponse);
    names.set(sent, name);
    return sent;
  };
  return { request: request as typeof http.request };
}

/** Of each request, for as long as somebody has it. */
const names = new WeakMap<http.ClientRequest, NameLookUp>();

/** axios reports its own time-out as an aborted connection, whatever it waited for. */
function withTimeoutCode(error: unknown): unknown {
  if (!axios.isAxiosError(error) || error.code !== 'ECONNABORTED') return error;
  const name = error.request instanceof http.ClientRequest ? names.get(error.request) : undefined;
  return { code: name?.isUnderWay === true ? 'EAI_AGAIN' : 'ETIMEDOUT' };
}

/** What OpenSSL calls the alerts (RFC 8446, 6.2) by which a server says that it accepts no certificate of this machine. */
const certificateAlert =
  /^ERR_SSL_\w+_ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNKNOWN_CA)$/;

function certificateMissed(address: string, error: unknown): Problem | undefined {
  const isAlert = axios.isAxiosError(error) && certificateAlert.test(error.code ?? '');
  return isAlert ? certificateNeeded(address) : undefined;
}

/** A page, whatever it calls itself, or JSON that was cut off. */
function unreadable(address: string, { status, body }: VaultResponse): Problem {
  const isCut = typeof body === 'string' && body.trimStart().startsWith('{');
  return isCut ? noResponse(address, new SyntaxError()) : notVault(address, status);
}

/** A web page; what Vault says is short. */
function overlong(address: string, error: unknown): Problem | undefined {
  const isOverlong = axios.isAxiosError(error) && error.message.startsWith('maxContentLength');
  return isOverlong ? notVault(address, 200) : undefined;
}

/** As by a server that takes the first bytes for something else. */
function closedUnanswered(error: unknown): boolean {
  const code = axios.isAxiosError(error) ? (error.code ?? '') : '';
  return networkErrorKind(code) === 'dropped' || code.startsWith('HPE_');
}

function noResponse(address: string, error: unknown): Problem {
  const cause = safeCause(error);
  return vaultProblem({
    code: 'noAnswer',
    message: l10n.t('{0} sent no usable response ({1}).', nameOf(address), cause.message),
    remedy: l10n.t(
      'The extension tries again automatically. If it persists, check mlflowSecretsAuth.vault.address.',
    ),
    retry: 'automatic',
    cause,
  });
}
