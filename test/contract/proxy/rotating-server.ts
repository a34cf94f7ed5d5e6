import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Changes } from '../../support/changes.ts';

const run = {
  info: {
    run_id: '0123456789abcdef0123456789abcdef',
    run_uuid: '0123456789abcdef0123456789abcdef',
    experiment_id: '0',
    status: 'RUNNING',
    start_time: 1,
    lifecycle_stage: 'active',
    artifact_uri: 'mlflow-artifacts:/0/0123456789abcdef0123456789abcdef/artifacts',
  },
  data: {},
};

/** As much of a tracking server as metrics and artifacts need; it takes one credential only, and counts what it applies. */
export class RotatingServer {
  /** `Authorization` of the requests that are let in. */
  accepted: string;
  /** By metric's key and step: how often it was applied. */
  readonly metrics = new Map<string, number>();
  /** Bytes of each upload that was applied. */
  readonly uploads: number[] = [];
  /** Of each upload that was answered 401: the bytes that had come. */
  readonly rejectedUploads: number[] = [];
  rejected = 0;
  /** Bytes of uploads that have come, rejected ones too. */
  received = 0;
  /** Whether an upload is rejected when the credential changes, or when all of it has come. */
  rejectsAt: 'once' | 'end' = 'once';
  readonly #server: Server;
  readonly #changes = new Changes();

  private constructor(accepted: string) {
    this.accepted = accepted;
    this.#server = createServer({ keepAliveTimeout: 600_000, requestTimeout: 0 }, (request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(accepted: string): Promise<RotatingServer> {
    const server = new RotatingServer(accepted);
    server.#server.listen({ port: 0, host: '127.0.0.1', backlog: 512 });
    await once(server.#server, 'listening');
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async has(fits: () => boolean, what: string): Promise<void> {
    await this.#changes.until(() => (fits() ? true : undefined), what);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0] ?? '';
    const { authorization = '' } = request.headers;
    if (authorization !== this.accepted && path !== '/version') {
      this.#reject(request, response);
      return;
    }
    if (request.method === 'PUT') await this.#takeUpload(request, response, authorization);
    else if (path.endsWith('/log-metric')) await this.#takeMetric(request, response);
    else response.end(path.endsWith('/runs/get') ? JSON.stringify({ run }) : '{}');
  }

  #reject(request: IncomingMessage, response: ServerResponse): void {
    this.rejected += 1;
    request.resume();
    response.writeHead(401).end('who are you?');
    this.#changes.notify();
  }

  async #takeMetric(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts = (await request.toArray()) as Buffer[];
    const { key, step } = JSON.parse(Buffer.concat(parts).toString()) as { key: string; step: number };
    const name = `${key} ${step}`;
    this.metrics.set(name, (this.metrics.get(name) ?? 0) + 1);
    response.end('{}');
    this.#changes.notify();
  }

  async #takeUpload(
    request: IncomingMessage,
    response: ServerResponse,
    authorization: string,
  ): Promise<void> {
    let bytes = 0;
    // To leave the loop must not end the connection.
    for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += part.length;
      this.received += part.length;
      this.#changes.notify();
      if (authorization !== this.accepted && this.rejectsAt === 'once') break;
    }
    if (authorization === this.accepted) {
      this.uploads.push(bytes);
      response.end('{}');
    } else {
      this.#reject(request, response);
      await once(response, 'finish');
      this.rejectedUploads.push(bytes);
    }
    this.#changes.notify();
  }
}
