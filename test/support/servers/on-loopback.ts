import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OnLoopback {
  readonly url: string;
  stop(): Promise<void>;
}

/** Has a server listen at any port of 127.0.0.1. */
export async function onLoopback(server: Server): Promise<OnLoopback> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
