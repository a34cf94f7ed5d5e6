import { once } from 'node:events';
import type { Server } from 'node:http';
import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { readingServer } from '../support/servers/reading-server.ts';
import type { ReadRequest } from '../support/servers/reading-server.ts';

/** What Node's parser made of one connection's bytes. */
export interface Reading {
  readonly requests: ReadRequest[];
  /** llhttp's code where reading ended in an error; `undefined` where it ended well or wants more. */
  error: string | undefined;
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
