import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Changes } from '../../support/changes.ts';
import { readingServer } from '../../support/servers/reading-server.ts';
import type { ReadRequest } from '../../support/servers/reading-server.ts';

/** A tracking server made of Node's own strict parser, that remembers every request. */
export class RecordingUpstream {
  readonly requests: ReadRequest[] = [];
  /** What came that is no HTTP. */
  readonly errors: string[] = [];
  connections = 0;
  /** Called when the whole request is there. */
  answer: (request: ReadRequest, response: ServerResponse) => void = (_request, response) =>
    response.end('ok');
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #changes = new Changes();

  private constructor() {
    const notify = (): void => this.#changes.notify();
    const listener = {
      request: (request: ReadRequest) => {
        this.requests.push(request);
        notify();
      },
      complete: (request: ReadRequest, response: ServerResponse) => {
        this.answer(request, response);
        notify();
      },
      closed: notify,
      error: (code: string | undefined, socket: Duplex) => {
        if (code !== undefined) this.errors.push(code);
        socket.destroy();
        notify();
      },
    };
    this.#server = readingServer(listener, { requireHostHeader: true, keepAliveTimeout: 600_000 });
    this.#server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        this.#changes.notify();
      });
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
}
