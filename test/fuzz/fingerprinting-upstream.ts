import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readingServer } from '../support/servers/reading-server.ts';
import type { ReadRequest } from '../support/servers/reading-server.ts';

/** Names a request by what the upstream read, so that an answer can be held against the request it was for. */
export function fingerprint({ method, target, body }: ReadRequest): string {
  return createHash('sha1').update(`${method} ${target}\n`, 'latin1').update(body).digest('hex');
}

/** A tracking server that records what Node's parser reads of each connection. */
export class FingerprintingUpstream {
  readonly #server: Server;
  readonly #unfinished = new Set<ReadRequest>();
  #seen: ReadRequest[] = [];
  #errors: string[] = [];

  private constructor() {
    this.#server = readingServer({
      request: (request) => {
        this.#seen.push(request);
        this.#unfinished.add(request);
      },
      complete: (request, response) => {
        response.setHeader('X-Fingerprint', fingerprint(request));
        response.end('ok');
      },
      closed: (request) => this.#unfinished.delete(request),
      error: (code, socket) => {
        if (code !== undefined) this.#errors.push(code);
        socket.destroy();
      },
    });
  }

  static async start(): Promise<FingerprintingUpstream> {
    const upstream = new FingerprintingUpstream();
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

  /** No request is under way. */
  get idle(): boolean {
    return this.#unfinished.size === 0;
  }

  /** What came since the last call. An error is Node's for bytes that are no HTTP. */
  take(): { readonly requests: readonly ReadRequest[]; readonly errors: readonly string[] } {
    const taken = { requests: this.#seen, errors: this.#errors };
    this.#seen = [];
    this.#errors = [];
    return taken;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
