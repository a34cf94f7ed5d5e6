import type { Socket } from 'node:net';
import type { FrameSeal } from './frame-seal.ts';

/** Before the other side has proved itself, and afterwards: an upstream brings all certificates of the system. */
const maxBytes = { unproven: 4096, proven: 24_000_000 };
/** Who has not proved anything yet waits for an answer to each message. */
const maxUnprovenQueue = 1;

const newline = 0x0a;

export interface Frame {
  readonly type: string;
}

/** The other side is gone, or said what is no message; which of both, nobody can tell. */
export class SocketClosed extends Error {
  constructor() {
    super('closed');
  }
}

/** A socket that carries one message a line, in JSON. What is not one closes it. */
export class FramedSocket {
  readonly #socket: Socket;
  readonly #queue: Frame[] = [];
  #parts: Buffer[] = [];
  #length = 0;
  #maxBytes = maxBytes.unproven;
  #seal: FrameSeal | undefined;
  #receive: ((frame: Frame) => void) | undefined;
  #waiting: { resolve(frame: Frame): void; reject(error: Error): void } | undefined;
  #closed: () => void = () => undefined;
  #isClosed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#add(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      this.#isClosed = true;
      this.#waiting?.reject(new SocketClosed());
      this.#closed();
    });
  }

  send(frame: Frame): void {
    if (this.#isClosed || !this.#socket.writable) return;
    const text = JSON.stringify(frame);
    this.#socket.write(`${this.#seal?.seal(text) ?? text}\n`);
  }

  /** From now on, in both directions, for the two ends only. What somebody has said already is taken from nobody. */
  seal(seal: FrameSeal): void {
    if (this.#queue.length > 0 || this.#length > 0) {
      this.#socket.destroy();
      throw new SocketClosed();
    }
    this.#seal = seal;
  }

  /** The next message, while nobody listens. Rejects when the socket closes first. */
  async next(): Promise<Frame> {
    const queued = this.#queue.shift();
    if (queued !== undefined) return queued;
    if (this.#isClosed) throw new SocketClosed();
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  /** From now on the other side is known: long messages are taken, and given to `receive`. */
  listen(receive: (frame: Frame) => void, closed: () => void): void {
    this.#maxBytes = maxBytes.proven;
    this.#receive = receive;
    this.#closed = closed;
    for (const frame of this.#queue.splice(0)) receive(frame);
    if (this.#isClosed) closed();
  }

  /** Everything that was sent arrives first. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #add(bytes: Buffer): void {
    let from = 0;
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, from)) {
      this.#keep(bytes.subarray(from, at));
      from = at + 1;
      if (this.#isClosed || this.#socket.destroyed) return;
      this.#finish();
    }
    this.#keep(bytes.subarray(from));
  }

  #keep(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#length > this.#maxBytes) this.#socket.destroy();
    else if (bytes.length > 0) this.#parts.push(bytes);
  }

  #finish(): void {
    const line = takeText(this.#parts, this.#length);
    this.#parts = [];
    this.#length = 0;
    const text = this.#seal === undefined ? line : this.#seal.open(line);
    const frame = text === undefined ? undefined : parseFrame(text);
    if (frame === undefined) this.#socket.destroy();
    else if (this.#receive !== undefined) this.#receive(frame);
    else if (this.#waiting === undefined) this.#queueUp(frame);
    else {
      this.#waiting.resolve(frame);
      this.#waiting = undefined;
    }
  }

  #queueUp(frame: Frame): void {
    const isTooMuch = this.#seal === undefined && this.#queue.length >= maxUnprovenQueue;
    if (isTooMuch) this.#socket.destroy();
    else this.#queue.push(frame);
  }
}

/** Wipes the bytes, which may be a credential: in Node's own pool, they would stay as long as their neighbours. */
function takeText(parts: readonly Buffer[], length: number): string {
  const all = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const part of parts) {
    at += part.copy(all, at);
    part.fill(0);
  }
  const text = all.toString('utf8');
  all.fill(0);
  return text;
}

function parseFrame(text: string): Frame | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isFrame(parsed) ? parsed : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isFrame(value: unknown): value is Frame {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
