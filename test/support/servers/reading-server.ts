import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** One request as Node's parser read it. */
export interface ReadRequest {
  readonly method: string;
  readonly target: string;
  /** `name: value`, as they came. */
  readonly fields: readonly string[];
  /** As far as it has come. */
  readonly body: Buffer;
  readonly rawTrailers: readonly string[];
  /** The whole body was read. */
  readonly complete: boolean;
}

/** How an incomplete message shows when the connection ends. */
const unfinished = new Set(['HPE_INVALID_EOF_STATE', 'ECONNRESET', 'EPIPE']);

export interface Listener {
  /** The answer is written when the request is complete. */
  request(request: ReadRequest, socket: Duplex): void;
  complete(request: ReadRequest, response: ServerResponse): void;
  closed(request: ReadRequest): void;
  /** `code` is undefined for a connection that ended in the middle of a message. The listener closes the socket. */
  error(code: string | undefined, socket: Duplex): void;
}

/** Node's HTTP server, strict, with no limit that would hide a reading. */
export function readingServer(
  listener: Listener,
  { requireHostHeader = false, keepAliveTimeout = 0 }: ServerOptions = {},
): Server {
  const server = createServer({
    insecureHTTPParser: false,
    requireHostHeader,
    maxHeaderSize: 1 << 20,
    connectionsCheckingInterval: 3_600_000,
    keepAliveTimeout,
    requestTimeout: 0,
    headersTimeout: 0,
  });
  server.maxHeadersCount = 0;
  const take = (message: IncomingMessage, response: ServerResponse): void => {
    const request = new ArrivingRequest(message);
    listener.request(request, message.socket);
    message.on('end', () => {
      if (request.complete) listener.complete(request, response);
    });
    message.on('close', () => listener.closed(request));
    message.on('error', () => message.destroy());
  };
  server.on('request', take);
  server.on('checkContinue', (message: IncomingMessage, response: ServerResponse) => {
    response.writeContinue();
    take(message, response);
  });
  server.on('checkExpectation', take);
  // A tunnel: what follows is no HTTP.
  server.on('connect', (message: IncomingMessage, socket: Duplex) => {
    const { method = '', url: target = '' } = message;
    const nothing = { body: Buffer.alloc(0), rawTrailers: [], complete: true };
    const request = { method, target, fields: fieldLines(message), ...nothing };
    listener.request(request, socket);
    listener.closed(request);
    socket.on('error', () => socket.destroy());
    socket.destroy();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    listener.error(unfinished.has(error.code ?? '') ? undefined : (error.code ?? error.message), socket);
  });
  return server;
}

class ArrivingRequest implements ReadRequest {
  readonly method: string;
  readonly target: string;
  readonly fields: readonly string[];
  readonly #message: IncomingMessage;
  readonly #chunks: Buffer[] = [];

  constructor(message: IncomingMessage) {
    this.#message = message;
    this.method = message.method ?? '';
    this.target = message.url ?? '';
    this.fields = fieldLines(message);
    message.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
  }

  get body(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get rawTrailers(): readonly string[] {
    return this.#message.rawTrailers;
  }

  /** Not by `end`: Node closes a connection at once where it reads an upgrade in what follows, and says no `end` then. */
  get complete(): boolean {
    return this.#message.complete;
  }
}

function fieldLines({ rawHeaders }: IncomingMessage): string[] {
  const lines: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return lines;
}
