import http from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { editorProxyFor } from '../network/editor-proxy.ts';
import type { EditorProxySettings } from '../network/editor-proxy.ts';
import { trustedCertificates } from '../network/certificates.ts';
import { hostAndPort } from '../proxy/sockets/host-and-port.ts';
import { connectTunnel } from '../proxy/upstream/connect-tunnel.ts';
import { proxyAuthorization } from '../proxy/upstream/proxy-authorization.ts';

type OnResponse = (response: IncomingMessage) => void;
type RequestArguments = readonly [
  target: string | URL | RequestOptions,
  options?: RequestOptions | OnResponse,
  onResponse?: OnResponse,
];
type Request = (...args: RequestArguments) => ClientRequest;

/** For name look-up, TCP, TLS and the proxy's own reply together. */
const dialTimeoutMs = 10_000;

export interface Way {
  readonly httpProxy: EditorProxySettings;
  /** PEM certificates to trust beside Node's own, by an HTTP proxy that is reached over TLS. */
  readonly extraCertificates: readonly string[];
}

/**
 * Sends what this process requests through the user's HTTP proxy, as the editor does for its extensions: secret stores'
 * SDKs use Node's `http` and `https`, and know of no proxy or of another one. Call the result to undo it.
 */
export function sendThroughHttpProxy(way: Way): () => void {
  const patched = [http, https].map((module) => {
    const own = { get: module.get, request: module.request };
    const request: Request = (...args) => routed(way, module, own.request as Request, args);
    const get: Request = (...args) => {
      const sent = request(...args);
      sent.end();
      return sent;
    };
    Object.assign(module, { get, request });
    return { module, own };
  });
  syncBuiltinESMExports();
  return () => {
    for (const { module, own } of patched) Object.assign(module, own);
    syncBuiltinESMExports();
  };
}

function routed(
  way: Way,
  module: typeof http | typeof https,
  send: Request,
  args: RequestArguments,
): ClientRequest {
  const { options, onResponse } = read(args);
  const isTls = module === https;
  const url = urlOf(options, isTls ? 'https:' : 'http:');
  const proxy = url === undefined ? undefined : editorProxyFor(url, way.httpProxy);
  if (url === undefined || proxy === undefined) return send(...args);
  const connection = new ProxiedConnection(way, proxy, url);
  // Without an agent: connections to a store are few.
  return send({ ...options, agent: undefined, ...connection.optionsFor(options) }, onResponse);
}

function read(args: RequestArguments): { options: RequestOptions; onResponse: OnResponse | undefined } {
  const [target, second, third] = args;
  const isUrl = typeof target === 'string' || target instanceof URL;
  const [more, onResponse] = typeof second === 'function' ? [{}, second] : [second ?? {}, third];
  const options = isUrl ? { ...urlToHttpOptions(new URL(target)), ...more } : target;
  return { options, onResponse };
}

/** `undefined`: not a server of the network. */
function urlOf(options: RequestOptions, protocol: string): URL | undefined {
  const host = options.hostname ?? options.host ?? 'localhost';
  if (options.socketPath) return undefined;
  const name = isIP(host) === 6 ? `[${host}]` : host;
  const port = options.port ?? options.defaultPort ?? '';
  return URL.parse(`${protocol}//${name}${port === '' ? '' : `:${port}`}`) ?? undefined;
}

/** One connection for one request. */
class ProxiedConnection {
  readonly #way: Way;
  /** `null`: what is named is no HTTP proxy. */
  readonly #proxy: URL | null;
  readonly #url: URL;

  constructor(way: Way, proxy: URL | null, url: URL) {
    this.#way = way;
    this.#proxy = proxy;
    this.#url = url;
  }

  optionsFor(options: RequestOptions): RequestOptions {
    if (this.#url.protocol === 'https:') {
      return { createConnection: (_options, created) => this.#settle(this.#tunnelled(options), created) };
    }
    // Many proxies open tunnels to port 443 only: the proxy is asked for the whole address (RFC 9112, 3.2.2).
    return {
      path: `${this.#url.origin}${options.path ?? '/'}`,
      headers: withSignIn(options.headers, proxyAuthorization(this.#proxy)),
      createConnection: (_options, created) => this.#settle(this.#atProxy(), created),
    };
  }

  #settle(connecting: Promise<Socket>, created: (error: Error | null, socket: Socket) => void): undefined {
    connecting.then(
      (socket) => created(null, socket),
      (error: unknown) =>
        (created as (error: Error) => void)(new Error('no socket connection to proxies', { cause: error })),
    );
  }

  async #tunnelled(options: RequestOptions): Promise<Socket> {
    const socket = await this.#atProxy();
    const server = hostAndPort(this.#url);
    await new Promise<void>((resolve, reject) => {
      const address = { server, httpProxy: this.#proxy };
      const timer = setTimeout(() => socket.destroy(), dialTimeoutMs);
      connectTunnel(socket, address, (error) => {
        clearTimeout(timer);
        if (error === undefined) resolve();
        else reject(error);
      });
    }).catch((error: unknown) => {
      socket.on('error', () => undefined).destroy();
      throw error;
    });
    const { agent } = options;
    return connectTls({
      ...options,
      // As Node's agents have it: their own options count.
      ...(agent instanceof https.Agent && agent.options),
      ...{ socket, host: server.host, port: server.port, path: undefined },
      ...(isIP(server.host) === 0 && { servername: servernameOf(options, server.host) }),
    });
  }

  async #atProxy(): Promise<Socket> {
    const proxy = this.#proxy;
    if (proxy === null) throw new Error('not an HTTP proxy');
    const place = hostAndPort(proxy);
    const ca = trustedCertificates(this.#way.extraCertificates);
    const isTls = proxy.protocol === 'https:';
    const servername = isIP(place.host) === 0 ? { servername: place.host } : {};
    const socket = isTls ? connectTls({ ...place, ...servername, ...(ca && { ca }) }) : connect(place);
    const late = new Error('late');
    const timer = setTimeout(() => socket.destroy(late), dialTimeoutMs);
    try {
      await new Promise((resolve, reject) => {
        socket.once(isTls ? 'secureConnect' : 'connect', resolve).once('error', reject);
      });
    } finally {
      clearTimeout(timer);
    }
    socket.removeAllListeners('error');
    return socket;
  }
}

/** `field`: a line, or nothing. */
function withSignIn(headers: RequestOptions['headers'], field: string): RequestOptions['headers'] {
  const [name, value] = field.trim().split(': ', 2);
  if (name === undefined || value === undefined) return headers;
  // A list of names and values in turn, or an object.
  return headers instanceof Array ? [...headers, name, value] : { ...headers, [name]: value };
}

function servernameOf(options: RequestOptions, host: string): string {
  const named = (options as https.RequestOptions).servername;
  return named ?? host;
}
