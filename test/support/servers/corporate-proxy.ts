import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface CorporateProxyOptions {
  /** `mlflow.company.example:443` to the loopback port that stands for it. Nothing else is let through. */
  readonly hosts: Readonly<Record<string, number>>;
  /** Asked for with 407 when given. */
  readonly signIn?: { readonly user: string; readonly password: string };
}

export interface CorporateProxy {
  readonly url: string;
  readonly port: number;
  /** Tunnels opened, by target. */
  readonly tunnels: ReadonlyMap<string, number>;
  readonly refused: number;
  stop(): Promise<void>;
}

/**
 * Stands in for a company's HTTP proxy: opens tunnels (CONNECT, RFC 9110, 9.3.6) for names that only it can
 * resolve, to ports of this machine.
 */
export async function startCorporateProxy({ hosts, signIn }: CorporateProxyOptions): Promise<CorporateProxy> {
  const tunnels = new Map<string, number>();
  const sockets = new Set<Duplex>();
  let refused = 0;
  const expected = signIn && `Basic ${Buffer.from(`${signIn.user}:${signIn.password}`).toString('base64')}`;
  const refuse = (socket: Duplex, line: string): void => {
    refused += 1;
    socket.end(`HTTP/1.1 ${line}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
  };
  const server = createServer((_request, response) => {
    refused += 1;
    response.writeHead(403, { connection: 'close' }).end();
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', (request, client, head) => {
    client.on('error', () => client.destroy());
    if (expected !== undefined && request.headers['proxy-authorization'] !== expected) {
      refuse(client, '407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="company"');
      return;
    }
    const target = request.url ?? '';
    const port = hosts[target];
    if (port === undefined) {
      refuse(client, '403 Forbidden');
      return;
    }
    tunnels.set(target, (tunnels.get(target) ?? 0) + 1);
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => {
      sockets.delete(upstream);
      client.destroy();
    });
    client.on('close', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    tunnels,
    get refused() {
      return refused;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
