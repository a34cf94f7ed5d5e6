import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import type { MotoServer } from '../../support/servers/moto.ts';

/** One call as it came over the wire. */
export interface Call {
  /** `GetSecretValue`, `AssumeRole`; the path where there is no action. */
  readonly action: string;
  /** What the client took this for: the `Host` of the request. */
  readonly host: string;
  readonly accessKeyId: string | undefined;
  readonly region: string | undefined;
  readonly sessionToken: string | undefined;
  /** Of a call to the portal of the single sign-on. */
  readonly ssoToken: string | undefined;
  readonly body: string;
}

/** What is answered in moto's place, for what moto cannot do; `undefined` lets moto answer. */
export type Answer = HttpAnswer | 'hang' | 'drop';

interface HttpAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

/** Stands in front of a real moto, notes each call, and can answer in its place. */
export class Gateway {
  readonly calls: Call[] = [];
  answer: ((call: Call) => Answer | undefined) | undefined;
  /** Connections of hanging calls that the client closed. */
  givenUp = 0;
  readonly #server: Server;

  readonly #scheme: string;

  private constructor(moto: MotoServer, tls: { readonly key: string; readonly cert: string } | undefined) {
    const listener: RequestListener = (incoming, outgoing) => {
      this.#handle(moto, incoming, outgoing).catch(() => outgoing.destroy());
    };
    this.#server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
    this.#scheme = tls === undefined ? 'http' : 'https';
  }

  static async start(
    moto: MotoServer,
    tls?: { readonly key: string; readonly cert: string },
  ): Promise<Gateway> {
    const gateway = new Gateway(moto, tls);
    gateway.#server.listen(0, '127.0.0.1');
    await once(gateway.#server, 'listening');
    return gateway;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  actions(): readonly string[] {
    return this.calls.map((call) => call.action);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(moto: MotoServer, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const call = callOf(incoming, body.toString());
    this.calls.push(call);
    const answer = this.answer?.(call);
    if (answer === 'hang') {
      incoming.socket.once('close', () => (this.givenUp += 1));
      return;
    }
    if (answer === 'drop') {
      incoming.socket.destroy();
      return;
    }
    if (answer) {
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    const { method, url, headers } = incoming;
    const forwarded = request({ host: '127.0.0.1', port: moto.port, method, path: url, headers });
    forwarded.end(body);
    const [response] = (await once(forwarded, 'response')) as [IncomingMessage];
    const text = await buffer(response);
    const mended = 'x-amz-target' in headers ? asJsonError(text.toString()) : undefined;
    if (mended !== undefined) {
      outgoing.writeHead(mended.status, mended.headers).end(mended.body);
      return;
    }
    outgoing.writeHead(response.statusCode ?? 502, response.headers).end(text);
  }
}

function callOf(incoming: IncomingMessage, body: string): Call {
  const target = incoming.headers['x-amz-target'];
  const action =
    typeof target === 'string' ? target.replace(/^.*\./, '') : new URLSearchParams(body).get('Action');
  const scope = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(incoming.headers.authorization ?? '');
  return {
    action: action ?? incoming.url ?? '',
    accessKeyId: scope?.[1],
    host: incoming.headers.host ?? '',
    region: scope?.[2],
    sessionToken: textOf(incoming.headers['x-amz-security-token']),
    ssoToken: textOf(incoming.headers['x-amz-sso_bearer_token']),
    body,
  };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

/** An answer of a REST service. */
export function json(body: object): HttpAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** An error of the JSON protocol, as Secrets Manager words it. */
export function jsonError(name: string, message: string, status = 400, headers = {}): HttpAnswer {
  const body = JSON.stringify({ __type: name, message });
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1', ...headers }, body };
}

/** What IAM's names are in the JSON protocol. Secrets Manager API reference, Common Error Types. */
const jsonNames: Readonly<Record<string, string>> = {
  AccessDenied: 'AccessDeniedException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
};

/** moto reports access denied by IAM in XML to every service; AWS uses the service's own protocol. */
function asJsonError(text: string): HttpAnswer | undefined {
  const name = /<Code>([^<]+)<\/Code>/.exec(text)?.[1];
  if (name === undefined) return undefined;
  return jsonError(jsonNames[name] ?? name, /<Message>([^<]+)<\/Message>/.exec(text)?.[1] ?? '', 400);
}
