import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Respond = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A tracking server that responds as a test says, and to `/of-others` with `ok`. */
export class RespondingUpstream {
  respond: Respond = async () => Promise.reject(new Error('the test does not say how to respond'));
  /** Of `respond`. */
  readonly failures: unknown[] = [];
  readonly #server: Server;

  private constructor() {
    // A process that had to wait for the processor must not find its idle connections closed.
    this.#server = createServer({ keepAliveTimeout: 600_000, requestTimeout: 0 }, (request, response) => {
      if (request.url === '/of-others') {
        response.end('ok');
        return;
      }
      this.respond(request, response).catch((error: unknown) => {
        this.failures.push(error);
        response.destroy();
      });
    });
  }

  static async start(): Promise<RespondingUpstream> {
    const upstream = new RespondingUpstream();
    upstream.#server.listen(0, '127.0.0.1');
    await once(upstream.#server, 'listening');
    return upstream;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
