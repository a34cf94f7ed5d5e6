import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Changes } from '../../support/changes.ts';

export interface Recorded {
  readonly method: string;
  readonly target: string;
  /** `name: value`, as they came. */
  readonly fields: readonly string[];
  body: Buffer;
  complete: boolean;
}

/** A tracking server made of Node's own strict parser, that remembers every request. */
export class RecordingUpstream {
  readonly requests: Recorded[] = [];
  /** What came that is no HTTP. */
  readonly errors: string[] = [];
  connections = 0;
  /** Called when the whole request is there. */
  answer: (request: Recorded, response: ServerResponse) => void = (_request, response) => response.end('ok');
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #changes = new Changes();

  private constructor() {
    this.#server = createServer({ requireHostHeader: true, keepAliveTimeout: 600_000, requestTimeout: 0 });
    this.#server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        this.#changes.notify();
      });
      this.#changes.notify();
    });
    this.#server.on('request', (request, response) => this.#take(request, response));
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'HPE_INVALID_EOF_STATE') {
        this.errors.push(error.code ?? error.message);
      }
      socket.destroy();
      this.#changes.notify();
    });
  }

  static async start(): Promise<RecordingUpstream> {
    const upstream = new RecordingUpstream();
    upstream.#server.listen(0, '127.0.0.1');
    await once(upstream.#server, 'listening');
    return upstream;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get authority(): string {
    return `127.0.0.1:${this.port}`;
  }

  get origin(): string {
    return `http://${this.authority}`;
  }

  get open(): number {
    return this.#sockets.size;
  }

  forget(): void {
    this.requests.length = 0;
    this.errors.length = 0;
  }

  async has<T>(read: () => T | undefined, what: string): Promise<T> {
    return this.#changes.until(read, what);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(message: IncomingMessage, response: ServerResponse): void {
    const { method = '', url: target = '', rawHeaders } = message;
    const fields: string[] = [];
    for (let at = 0; at < rawHeaders.length; at += 2)
      fields.push(`${rawHeaders[at] ?? ''}: ${rawHeaders[at + 1] ?? ''}`);
    const recorded: Recorded = { method, target, fields, body: Buffer.alloc(0), complete: false };
    this.requests.push(recorded);
    const parts: Buffer[] = [];
    message.on('data', (part: Buffer) => parts.push(part));
    message.on('error', () => this.#changes.notify());
    message.on('end', () => {
      recorded.body = Buffer.concat(parts);
      recorded.complete = message.complete;
      this.answer(recorded, response);
      this.#changes.notify();
    });
    this.#changes.notify();
  }
}
