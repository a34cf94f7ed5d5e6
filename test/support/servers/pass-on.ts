import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificates } from './certificates.ts';

export interface PassingOn {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Bytes of a port of this machine, 0 for any, to another one: a host name that leads somewhere else or, with
 * certificates, TLS for a server that speaks none.
 */
export async function passOn(
  port: number,
  target: number,
  certificates?: Pick<Certificates, 'key' | 'cert'>,
): Promise<PassingOn> {
  const sockets = new Set<Socket>();
  const pass = (outside: Socket): void => {
    const inside = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  };
  const server = certificates === undefined ? createServer(pass) : createTlsServer(certificates, pass);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
