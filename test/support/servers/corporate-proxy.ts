import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface CorporateProxyOptions {
  /** `mlflow.company.example:443` to the loopback port that stands for it. Nothing else is let through. */
  readonly hosts: Readonly<Record<string, number>>;
  /** Asked for with 407 when given. */
  readonly signIn?: { readonly user: string; readonly password: string };
  /** Any, where none is said. */
  readonly port?: number;
}

export interface CorporateProxy {
  readonly url: string;
  readonly port: number;
  /** Tunnels opened, by target. */
  readonly tunnels: ReadonlyMap<string, number>;
  /** Requests in absolute form (plain http) passed on, by target. */
  readonly forwarded: ReadonlyMap<string, number>;
  readonly refused: number;
  stop(): Promise<void>;
}

/**
 * Stands in for a company's HTTP proxy: opens tunnels (CONNECT, RFC 9110, 9.3.6) and passes on requests in absolute
 * form (RFC 9112, 3.2.2) for names that only it can resolve, to ports of this machine.
 */
export async function startCorporateProxy({
  hosts,
  signIn,
  port: wanted = 0,
}: CorporateProxyOptions): Promise<CorporateProxy> {
  const tunnels = new Map<string, number>();
  const forwarded = new Map<string, number>();
  const sockets = new Set<Duplex>();
  let refused = 0;
  const expected = signIn && `Basic ${Buffer.from(`${signIn.user}:${signIn.password}`).toString('base64')}`;
  const refuse = (socket: Duplex, line: string): void => {
    refused += 1;
    socket.end(`HTTP/1.1 ${line}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
  };
  const server = createServer((incoming, response) => {
    const answer = (status: number, headers = {}): void => {
      refused += 1;
      response.writeHead(status, { ...headers, connection: 'close' }).end();
    };
    if (expected !== undefined && incoming.headers['proxy-authorization'] !== expected) {
      answer(407, { 'proxy-authenticate': 'Basic realm="company"' });
      return;
    }
    const target = URL.parse(incoming.url ?? '');
    const name = `${target?.hostname}:${target?.port || '80'}`;
    const port = hosts[name];
    if (target?.protocol !== 'http:' || port === undefined) {
      answer(403);
      return;
    }
    forwarded.set(name, (forwarded.get(name) ?? 0) + 1);
    const headers = { ...incoming.headers };
    for (const own of ['proxy-authorization', 'proxy-connection', 'connection'])
      Reflect.deleteProperty(headers, own);
    const path = target.pathname + target.search;
    const outgoing = request({
      host: '127.0.0.1',
      port,
      method: incoming.method,
      path,
      headers,
      agent: false,
    });
    outgoing.on('response', (upstream) => {
      response.writeHead(upstream.statusCode ?? 502, upstream.headers);
      upstream.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', (incoming, client, head) => {
    client.on('error', () => client.destroy());
    if (expected !== undefined && incoming.headers['proxy-authorization'] !== expected) {
      refuse(client, '407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="company"');
      return;
    }
    const target = incoming.url ?? '';
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
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    tunnels,
    forwarded,
    get refused() {
      return refused;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}
