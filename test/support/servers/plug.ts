import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A port that leads to a server, and that can be taken away and given back, as when the server stops and starts. */
export interface Plug {
  readonly port: number;
  /** Where it leads; to be said before the first connection. */
  target: number;
  pull(): Promise<void>;
  putBack(): Promise<void>;
}

export async function startPlug(): Promise<Plug> {
  const sockets = new Set<Socket>();
  const plug = { port: 0, target: 0, pull, putBack };
  let server: Server | undefined;

  async function putBack(): Promise<void> {
    const started = createServer((client) => {
      const upstream = connect(plug.target, '127.0.0.1');
      for (const [one, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    started.listen(plug.port, '127.0.0.1');
    await once(started, 'listening');
    plug.port = (started.address() as AddressInfo).port;
    server = started;
  }

  async function pull(): Promise<void> {
    const stopped = server;
    server = undefined;
    if (stopped === undefined) return;
    stopped.close();
    for (const socket of sockets) socket.destroy();
    await once(stopped, 'close');
  }

  await putBack();
  return plug;
}
