import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

/** One request as Node's parser read it. */
export interface ReadRequest {
  readonly method: string;
  readonly target: string;
  /** As they came: name, value, name, value. */
  readonly rawHeaders: readonly string[];
  body: Buffer;
  rawTrailers: readonly string[];
  /** The whole body was read. */
  complete: boolean;
}

/** What Node's parser made of one connection's bytes. */
export interface Reading {
  readonly requests: ReadRequest[];
  /** llhttp's code where reading ended in an error; `undefined` where it ended well or wants more. */
  error: string | undefined;
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
export function readingServer(listener: Listener): Server {
  const server = createServer({
    insecureHTTPParser: false,
    requireHostHeader: false,
    maxHeaderSize: 1 << 20,
    connectionsCheckingInterval: 3_600_000,
    keepAliveTimeout: 0,
    requestTimeout: 0,
    headersTimeout: 0,
  });
  server.maxHeadersCount = 0;
  const take = (message: IncomingMessage, response: ServerResponse): void => {
    const request: ReadRequest = {
      method: message.method ?? '',
      target: message.url ?? '',
      rawHeaders: message.rawHeaders,
      body: Buffer.alloc(0),
      rawTrailers: [],
      complete: false,
    };
    listener.request(request, message.socket);
    message.on('data', (chunk: Buffer) => (request.body = Buffer.concat([request.body, chunk])));
    message.on('end', () => {
      request.complete = message.complete;
      request.rawTrailers = message.rawTrailers;
      if (request.complete) listener.complete(request, response);
    });
    message.on('close', () => {
      // Node closes a connection at once where it reads an upgrade in what follows, and says no 'end' then.
      request.complete ||= message.complete;
      listener.closed(request);
    });
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
    const { method = '', url = '', rawHeaders } = message;
    const request = {
      method,
      target: url,
      rawHeaders,
      body: Buffer.alloc(0),
      rawTrailers: [],
      complete: true,
    };
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

/** A connection whose bytes come from memory. */
export class MemorySocket extends Duplex {
  override _read(): void {
    // Bytes are pushed when there are any.
  }

  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    done();
  }
}

/** Reads byte streams with Node's own parser, without sockets. */
export class NodeReader {
  readonly #server: Server;
  readonly #readings = new Map<Duplex, Reading>();

  constructor() {
    this.#server = readingServer({
      request: (request, socket) => this.#readings.get(socket)?.requests.push(request),
      complete: (_request, response) => response.end(),
      closed: () => undefined,
      error: (code, socket) => {
        const reading = this.#readings.get(socket);
        if (reading !== undefined) reading.error ??= code;
      },
    });
  }

  /** The readings of many connections, each given as its chunks. */
  async read(streams: readonly (readonly Buffer[])[]): Promise<Reading[]> {
    const opened = streams.map((chunks) => {
      const socket = new MemorySocket();
      const reading: Reading = { requests: [], error: undefined };
      this.#readings.set(socket, reading);
      socket.on('error', () => socket.destroy());
      this.#server.emit('connection', socket);
      return { socket, reading, chunks };
    });
    await turn();
    for (const { socket, chunks } of opened) for (const chunk of chunks) socket.push(chunk);
    // Bodies end and pipelined answers leave on later ticks.
    for (let ticks = 0; ticks < 4; ticks += 1) await turn();
    for (const { socket } of opened) {
      socket.push(null);
      this.#readings.delete(socket);
      socket.destroy();
    }
    return opened.map(({ reading }) => reading);
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}
