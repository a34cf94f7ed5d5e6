import { request, type IncomingMessage } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { MemorySocket } from './reading.ts';

/** What Node's client made of a server's bytes. */
export interface ReadResponse {
  /** `undefined`: no response was read. */
  readonly status: number | undefined;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** The response ended, by its own framing or, where it says so, by the connection's end. */
  readonly complete: boolean;
  /** It ended before the connection did. */
  readonly endedByItself: boolean;
  readonly error: string | undefined;
}

/** Reads `bytes`, then the connection's end, as the answer to a request with `method`. */
export async function readResponse(method: string, bytes: Buffer): Promise<ReadResponse> {
  const socket = new MemorySocket();
  const sent = request({
    method,
    path: '/',
    host: 'x',
    createConnection: () => socket,
    maxHeaderSize: 1 << 20,
  });
  const read: { message?: IncomingMessage; parts: Buffer[]; ended: boolean; error?: string } = {
    parts: [],
    ended: false,
  };
  sent.on('error', (error: NodeJS.ErrnoException) => (read.error ??= error.code ?? error.message));
  const take = (message: IncomingMessage): void => {
    read.message = message;
    message.on('data', (part: Buffer) => read.parts.push(part));
    message.on('end', () => (read.ended = message.complete));
    message.on('error', () => undefined);
  };
  sent.on('response', take);
  sent.on('upgrade', (message) => {
    read.message = message;
    read.error = 'upgrade';
  });
  sent.end();
  await turn();
  socket.push(bytes);
  for (let ticks = 0; ticks < 4; ticks += 1) await turn();
  const endedByItself = read.ended;
  socket.push(null);
  for (let ticks = 0; ticks < 3; ticks += 1) await turn();
  sent.destroy();
  socket.destroy();
  return {
    status: read.message?.statusCode,
    rawHeaders: read.message?.rawHeaders ?? [],
    body: Buffer.concat(read.parts),
    complete: read.ended,
    endedByItself,
    error: read.error,
  };
}
