import axios from 'axios';
import http from 'node:http';
import https from 'node:https';
import nodeVault from 'node-vault';
import { Problem } from '../../problem.ts';
import { networkProblem, safeCause } from '../transport/network-problem.ts';
import type { Secret } from '../../secret.ts';
import { retryAfterMs } from '../transport/retry-after.ts';
import { trustedCertificates } from '../../network/certificates.ts';

export interface VaultClientOptions {
  readonly address: string;
  readonly namespace: string | undefined;
  readonly extraCertificates: readonly string[];
  /** Milliseconds for one call; the whole reading has a limit of its own. */
  readonly callLimit?: number;
}

/** One call; `path` is below `/v1/`. */
export interface VaultCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly token?: Secret;
  readonly signal: AbortSignal;
}

export interface VaultAnswer {
  readonly status: number;
  /** Vault's JSON; its fields are checked where they are used. */
  readonly body: unknown;
  readonly retryAfterMs: number | undefined;
  /** Where a standby sent us, if it did. */
  readonly location: string | undefined;
}

const callTimeoutMs = 10_000;
const maxAnswerBytes = 1_000_000;

interface TransportRequest {
  readonly method: 'GET' | 'POST';
  readonly uri: string;
  readonly headers: Record<string, string>;
  readonly json?: unknown;
  readonly signal: AbortSignal;
}

/**
 * Speaks to one Vault through node-vault, over a transport that follows no redirect (a redirect would carry the
 * token to another host), listens to a signal and tells the status. Rejects with a `Problem` when there is no
 * answer.
 */
export class VaultClient {
  readonly #client: nodeVault.client;
  readonly #address: string;

  constructor({ address, namespace, extraCertificates, callLimit = callTimeoutMs }: VaultClientOptions) {
    this.#address = address;
    const ca = trustedCertificates(extraCertificates);
    const sender = axios.create({
      maxRedirects: 0,
      // The editor's own patches of http and https bring the user's HTTP proxy.
      proxy: false,
      timeout: callLimit,
      maxContentLength: maxAnswerBytes,
      validateStatus: () => true,
      ...(ca && { transport: trusting(ca) }),
    });
    const send = async (request: TransportRequest): Promise<unknown> => {
      const { method, uri: url, headers, json: data, signal } = request;
      const response = await sender.request<unknown>({ method, url, headers, data, signal });
      const { status: statusCode, data: body } = response;
      const retryAfter: unknown = response.headers['retry-after'];
      const location: unknown = response.headers['location'];
      return {
        // node-vault makes an error of every other status; ours say more.
        statusCode: 200,
        request: { path: url },
        body: {
          status: statusCode,
          body,
          retryAfterMs: retryAfterMs(typeof retryAfter === 'string' ? retryAfter : undefined, Date.now()),
          location: typeof location === 'string' ? location : undefined,
        } satisfies VaultAnswer,
      };
    };
    this.#client = nodeVault({
      endpoint: address,
      ...(namespace !== undefined && { namespace }),
      // Its own would write secrets to the console when DEBUG is set.
      debug: () => undefined,
      'request-promise': { defaults: () => send },
    });
    // It takes VAULT_TOKEN, VAULT_NAMESPACE and VAULT_PREFIX by itself; what counts is the configuration.
    Object.assign(this.#client, { token: '', namespace: namespace ?? '', pathPrefix: '' });
  }

  async call({ method, path, body, token, signal }: VaultCall): Promise<VaultAnswer> {
    const headers: Record<string, string> = { 'X-Vault-Request': 'true' };
    if (token) headers['X-Vault-Token'] = token.reveal();
    try {
      const options = { method, path: `/${path}`, headers, signal, ...(body && { json: body }) };
      return (await this.#client.request(options)) as VaultAnswer;
    } catch (error) {
      signal.throwIfAborted();
      const peer = { prefix: 'vault', name: `Vault at ${this.#address}` } as const;
      throw networkProblem(timeoutCode(error), peer) ?? noAnswer(this.#address, error);
    }
  }
}

/**
 * Node's own transport with these certificates. Not by an agent: where one is given, the editor may leave out the
 * user's HTTP proxy (`http.proxySupport` "on").
 */
function trusting(ca: string[]): { readonly request: typeof http.request } {
  const request = (
    options: https.RequestOptions,
    onResponse?: (response: http.IncomingMessage) => void,
  ): http.ClientRequest =>
    options.protocol === 'https:'
      ? https.request({ ...options, ca }, onResponse)
      : http.request(options, onResponse);
  return { request: request as typeof http.request };
}

/** axios calls its own time-out an abort of the connection. */
function timeoutCode(error: unknown): unknown {
  return axios.isAxiosError(error) && error.code === 'ECONNABORTED' ? { code: 'ETIMEDOUT' } : error;
}

function noAnswer(address: string, error: unknown): Problem {
  return new Problem({
    code: 'vault.noAnswer',
    message: `Vault at ${address} gave no usable answer (${safeCause(error).message}).`,
    remedy: 'It is tried again by itself; check mlflowSecretsAuth.vault.address if it stays.',
    retry: 'automatic',
    cause: safeCause(error),
  });
}
