import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Changes } from '../../support/changes.ts';

/** Bytes over one TCP connection, without any HTTP client in between. */
export class RawClient {
  readonly socket: Socket;
  received = Buffer.alloc(0);
  #isEnded = false;
  readonly #changes = new Changes();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.received = Buffer.concat([this.received, bytes]);
      this.#changes.notify();
    });
    const end = (): void => {
      this.#isEnded = true;
      this.#changes.notify();
    };
    socket.on('end', end).on('close', end).on('error', end);
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  get text(): string {
    return this.received.toString('latin1');
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  write(bytes: string | Buffer): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  async has(fits: (text: string) => boolean, what: string): Promise<string> {
    return this.#changes.until(
      () => (fits(this.text) ? this.text : undefined),
      () => `${what} in ${JSON.stringify(this.text)}`,
    );
  }

  async ended(): Promise<void> {
    await this.#changes.until(
      () => (this.#isEnded ? true : undefined),
      () => `the end after ${JSON.stringify(this.text)}`,
    );
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** The status codes of the responses in a stream of them, interim ones left out. */
export function statuses(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 ([2-5]\d\d) /g)].map(([, code]) => Number(code));
}
