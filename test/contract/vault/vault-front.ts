import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Changes } from '../../support/changes.ts';

/** Passes everything on to a Vault but the reading of secrets, which can be made to fail or to hang. */
export class VaultFront {
  readonly address: string;
  reads: 'pass' | 'fail' | 'hang' = 'pass';
  readonly #server: Server;
  readonly #vault: string;
  readonly #changes = new Changes();
  #hanging = 0;

  private constructor(server: Server, vault: string) {
    this.#server = server;
    this.#vault = vault;
    this.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async start(vault: string): Promise<VaultFront> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new VaultFront(server, vault);
  }

  /** A reading hangs. */
  async untilReading(): Promise<void> {
    await this.#changes.until(() => this.#hanging > 0 || undefined, 'a reading');
    this.#hanging = 0;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '', headers } = request;
    const isReading = url.startsWith('/v1/secret/');
    if (isReading && this.reads === 'hang') {
      this.#hanging += 1;
      this.#changes.notify();
      return;
    }
    if (isReading && this.reads === 'fail') {
      response.writeHead(503).end('{"errors":[]}');
      return;
    }
    const body = method === 'GET' ? {} : { body: await text(request) };
    const token = String(headers['x-vault-token'] ?? '');
    const answer = await fetch(this.#vault + url, { method, headers: { 'x-vault-token': token }, ...body });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  }
}
