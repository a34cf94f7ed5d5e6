import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** What is found at a port: nobody, somebody who takes connections and says nothing, or the server at another port. */
export type Behaviour = 'closed' | 'silent' | { readonly leadsTo: number };

/** A port of this machine whose behaviour changes, as of a server that goes down, or a firewall that is opened. */
export class Front {
  #behaviour: Behaviour;
  #port = 0;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  private constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour;
  }

  static async open(behaviour: Behaviour): Promise<Front> {
    const front = new Front(behaviour);
    // A port that is known to be free, also for one that is closed.
    await front.#listen();
    if (behaviour === 'closed') await front.#close();
    return front;
  }

  get port(): number {
    return this.#port;
  }

  /** From the next connection on. */
  async become(behaviour: Behaviour): Promise<void> {
    this.#behaviour = behaviour;
    if (behaviour === 'closed') await this.#close();
    else if (this.#server === undefined) await this.#listen();
  }

  async stop(): Promise<void> {
    await this.#close();
  }

  async #listen(): Promise<void> {
    const server = createServer((outside) => this.#met(outside));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async #close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #met(outside: Socket): void {
    this.#keep(outside, undefined);
    if (typeof this.#behaviour !== 'object') return;
    const inside = connect(this.#behaviour.leadsTo, '127.0.0.1');
    this.#keep(outside, inside);
    this.#keep(inside, outside);
    outside.pipe(inside).pipe(outside);
  }

  #keep(socket: Socket, other: Socket | undefined): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      other?.destroy();
    });
  }
}
