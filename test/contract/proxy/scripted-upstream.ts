import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Changes } from '../../support/changes.ts';

/** One connection of the proxy, as a misbehaving server has it. */
export class UpstreamSide {
  readonly socket: Socket;
  received = '';
  isClosed = false;
  readonly #changes = new Changes();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.received += bytes.toString('latin1');
      this.#changes.notify();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.isClosed = true;
      this.#changes.notify();
    });
  }

  /** The heads of `count` requests are here. */
  async heads(count = 1): Promise<void> {
    await this.#until(() => this.received.split('\r\n\r\n').length > count, `${count} heads`);
  }

  async has(text: string): Promise<void> {
    await this.#until(() => this.received.includes(text), text);
  }

  async closed(): Promise<void> {
    await this.#until(() => this.isClosed, 'the end of the connection');
  }

  write(text: string): void {
    if (!this.socket.destroyed) this.socket.write(Buffer.from(text, 'latin1'));
  }

  async #until(fits: () => boolean, what: string): Promise<void> {
    await this.#changes.until(
      () => (fits() ? true : undefined),
      () => `${what} at the upstream, in ${JSON.stringify(this.received.slice(0, 500))}`,
    );
  }
}

/** A tracking server that says, byte by byte, what a test wants. */
export class ScriptedUpstream {
  readonly sides: UpstreamSide[] = [];
  script: (side: UpstreamSide, index: number) => Promise<void> | void = () => undefined;
  readonly #server: Server;
  readonly #failures: unknown[] = [];
  readonly #changes = new Changes();

  private constructor() {
    this.#server = createServer((socket) => {
      const side = new UpstreamSide(socket);
      this.sides.push(side);
      this.#changes.notify();
      Promise.resolve(this.script(side, this.sides.length - 1)).catch((error: unknown) =>
        this.#failures.push(error),
      );
    });
  }

  static async start(): Promise<ScriptedUpstream> {
    const upstream = new ScriptedUpstream();
    upstream.#server.listen(0, '127.0.0.1');
    await once(upstream.#server, 'listening');
    return upstream;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Answers each request of each connection with these bytes. */
  answerAll(text: string): void {
    this.script = (side) => {
      let answered = 0;
      side.socket.on('data', () => {
        const heads = side.received.split('\r\n\r\n').length - 1;
        for (; answered < heads; answered += 1) side.write(text);
      });
    };
  }

  /** The connection of that number, which may be to come. */
  async side(index: number): Promise<UpstreamSide> {
    return this.#changes.until(() => this.sides[index], `connection ${index}`);
  }

  forget(): void {
    for (const { socket } of this.sides.splice(0)) socket.destroy();
  }

  async stop(): Promise<void> {
    this.forget();
    this.#server.close();
    await once(this.#server, 'close');
    if (this.#failures.length > 0) throw new AggregateError(this.#failures);
  }
}

export const okAnswer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
