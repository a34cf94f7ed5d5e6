import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** What becomes of requests from now on. */
export type Behaviour =
  | { readonly kind: 'passes' }
  /** Nobody listens, and what was open is closed. */
  | { readonly kind: 'refuses' }
  /** Nothing gets through in either direction until it passes again, as where a network loses every packet. */
  | { readonly kind: 'drops' }
  /** Each request ends with its connection. */
  | { readonly kind: 'closes' }
  | { readonly kind: 'answers'; readonly status: number }
  | { readonly kind: 'delays'; readonly ms: number };

const passes: Behaviour = { kind: 'passes' };

/** In PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** Stands before a server of this machine and does to its requests what networks, gateways and servers in trouble do. */
export class Front {
  /** The server's port. */
  target: number;
  readonly #sockets = new Set<Socket>();
  readonly #tls: TlsServer | undefined;
  readonly #server: Server;
  #behaviour = passes;
  #passing = Promise.withResolvers<undefined>();
  #port = 0;
  /** Requests that brought a file, or a piece of one. */
  uploads = 0;
  uploadedBytes = 0;
  /** For each upload. */
  uploadBytesPerSecond = Infinity;

  private constructor(target: number, keyPair: KeyPair | undefined) {
    this.target = target;
    this.#passing.resolve(undefined);
    const handle: RequestListener = (incoming, response) => {
      this.#handle(incoming, response).catch(() => response.destroy());
    };
    this.#tls = keyPair === undefined ? undefined : createTlsServer({ ...keyPair }, handle);
    this.#server = this.#tls ?? createServer(handle);
    this.#server.requestTimeout = 0;
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** `keyPair`: for TLS. */
  static async start(target: number, keyPair?: KeyPair): Promise<Front> {
    const front = new Front(target, keyPair);
    await front.#listen();
    return front;
  }

  get origin(): string {
    return `${this.#tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.#port}`;
  }

  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async behave(behaviour: Behaviour): Promise<void> {
    this.#behaviour = behaviour;
    if (behaviour.kind === 'drops') this.#passing = Promise.withResolvers();
    else this.#passing.resolve(undefined);
    if (behaviour.kind === 'refuses') await this.stop();
    else if (!this.#server.listening) await this.#listen();
  }

  /** Behaves so while it lasts, and then passes everything on. */
  async during(behaviour: Behaviour, trouble: () => Promise<unknown>): Promise<void> {
    await this.behave(behaviour);
    try {
      await trouble();
    } finally {
      await this.behave(passes);
    }
  }

  /** Shows this certificate from now on, as a server does that was started again with it. */
  async changeCertificate({ key, cert }: KeyPair): Promise<void> {
    this.#tls?.setSecureContext({ key, cert });
    await this.stop();
    await this.#listen();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.#passing.promise;
    const behaviour = this.#behaviour;
    switch (behaviour.kind) {
      case 'passes':
      case 'drops':
        return this.#pass(incoming, response);
      case 'delays':
        await sleep(behaviour.ms);
        return this.#pass(incoming, response);
      case 'refuses':
      case 'closes':
        response.destroy();
        return;
      case 'answers':
        incoming.resume();
        response.writeHead(behaviour.status, { 'content-type': 'text/plain' }).end('out of order');
    }
  }

  async #pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming;
    const outgoing = request({
      host: '127.0.0.1',
      port: this.target,
      method,
      path: url,
      headers,
      agent: false,
    });
    // Whoever asked may have gone while nothing got through.
    if (response.destroyed) return;
    response.once('close', () => outgoing.destroy());
    const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
    const sent =
      method === 'PUT' ? pipeline(incoming, this.#slowed(), outgoing) : pipeline(incoming, outgoing);
    // A server may answer before it has read everything.
    sent.catch(() => response.destroy());
    const [answer] = await answered;
    await this.#passing.promise;
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    await pipeline(answer, response);
  }

  #slowed(): Transform {
    this.uploads += 1;
    return new Transform({
      transform: (piece: Buffer, _encoding, done) => {
        this.uploadedBytes += piece.length;
        setTimeout(() => done(null, piece), (piece.length / this.uploadBytesPerSecond) * 1000);
      },
    });
  }
}
