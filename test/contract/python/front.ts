import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

export type Behaviour =
  | { readonly kind: 'pass' }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
      /** Requests that get it before all pass again. */
      readonly times: number;
    };

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly authorization: string | undefined;
}

/** TLS before a real MLflow server, as in the field. It can also fail on demand and be down for a while. */
export class Front {
  readonly seen: Seen[] = [];
  behaviour: Behaviour = { kind: 'pass' };
  /** Run once, before the first request whose method and path match goes on. */
  beforeFirst: { readonly match: RegExp; readonly run: () => Promise<void> } | undefined;
  readonly #server: Server;
  readonly #mlflow: URL;
  #port = 0;

  constructor(mlflow: URL, tls: { readonly key: string; readonly cert: string }) {
    this.#mlflow = mlflow;
    this.#server = createServer({ key: tls.key, cert: tls.cert }, (incoming, outgoing) => {
      this.#answer(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  get port(): number {
    return this.#port;
  }

  /** At the same port when it was up before. */
  async up(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async down(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  statuses(path: RegExp): readonly number[] {
    return this.seen.filter((one) => path.test(one.path)).map(({ status }) => status);
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { behaviour, beforeFirst } = this;
    if (beforeFirst?.match.test(`${incoming.method} ${incoming.url}`)) {
      this.beforeFirst = undefined;
      await beforeFirst.run();
    }
    if (behaviour.kind === 'answer') {
      const times = behaviour.times - 1;
      this.behaviour = times > 0 ? { ...behaviour, times } : { kind: 'pass' };
      this.#saw(incoming, behaviour.status);
      incoming.resume();
      await once(incoming, 'end');
      outgoing.writeHead(behaviour.status, { 'content-type': behaviour.contentType }).end(behaviour.body);
      return;
    }
    const { method, url: path, headers } = incoming;
    const { hostname, port } = this.#mlflow;
    const onward = request({ hostname, port, method, path, headers });
    const answered = once(onward, 'response') as Promise<[IncomingMessage]>;
    const sent = pipeline(incoming, onward);
    const [answer] = await answered;
    this.#saw(incoming, answer.statusCode ?? 0);
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    await Promise.all([pipeline(answer, outgoing), sent]);
  }

  #saw({ method = '', url = '', headers }: IncomingMessage, status: number): void {
    this.seen.push({ method, path: url, status, authorization: headers.authorization });
  }
}
