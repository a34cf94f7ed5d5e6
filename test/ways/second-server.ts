import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A double of a tracking server that somebody uses beside the connected one. It keeps the fields of each request. */
export class SecondServer {
  readonly #server: Server;
  #seen: string[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      const fields: string[] = [];
      for (let at = 0; at < request.rawHeaders.length; at += 2)
        fields.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
      this.#seen.push([`${request.method} ${request.url}`, ...fields].join('\n'));
      request.resume();
      response.setHeader('content-type', 'application/json');
      response.end(request.url === '/version' ? '3.17.2' : '{"experiments": []}');
    });
  }

  static async start(): Promise<SecondServer> {
    const server = new SecondServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What it saw since the last time. */
  take(): readonly string[] {
    const seen = this.#seen;
    this.#seen = [];
    return seen;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
