import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { Server as HttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { onLoopback } from '../../support/servers/on-loopback.ts';
import type { Planted } from '../cause.ts';
import type { Parts } from '../parts.ts';
import { Front } from './front.ts';
import { behindFront } from './gateways.ts';
import type { Stops } from './stops.ts';
import { secretIn } from './vault.ts';
import { vaultWindow } from './windows.ts';

/** Says the same to everybody. */
export function saying(status: number, headers: Readonly<Record<string, string>>, body: string): HttpServer {
  return createServer((asked, response) => {
    asked.resume();
    response.writeHead(status, { connection: 'close', ...headers }).end(body);
  });
}

/** Breaks off in the middle of its response. */
export function breakingOff(): HttpServer {
  return createServer((asked, response) => {
    asked.resume();
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"exp', () => response.destroy());
  });
}

/** Passes on to a server of this machine, and compresses all that it says, whether or not it was asked to. */
export function compressing(port: number): HttpServer {
  return createServer((asked, response) => {
    const { url: path, method } = asked;
    const headers = { ...asked.headers, host: `127.0.0.1:${port}`, 'accept-encoding': 'identity' };
    const on = request({ port, path, method, headers }, (answer) => {
      const { statusCode = 500, headers: said } = answer;
      const type = said['content-type'] ?? 'text/plain';
      const head = { 'content-type': type, 'content-encoding': 'gzip', connection: 'close' };
      buffer(answer).then(
        (body) => response.writeHead(statusCode, head).end(gzipSync(body)),
        () => response.destroy(),
      );
    });
    on.on('error', () => response.destroy());
    asked.pipe(on);
  });
}

/** In place of MLflow, until it is mended. */
export async function behindDouble(parts: Parts, server: HttpServer): Promise<Planted> {
  const double = await onLoopback(server);
  const front = await Front.open({ leadsTo: Number(new URL(double.url).port) });
  return {
    ...(await behindFront(parts, front)),
    stop: async () => {
      await front.stop();
      await double.stop();
    },
  };
}

/** In place of Vault, until it is mended. */
export async function vaultDouble(parts: Parts, server: HttpServer): Promise<Planted> {
  const bao = await parts.bao();
  const double = await onLoopback(server);
  const front = await Front.open({ leadsTo: Number(new URL(double.url).port) });
  const { settings, entered } = await secretIn(bao);
  const changes = { ...settings, 'vault.address': `http://127.0.0.1:${front.port}` };
  return {
    window: await vaultWindow(parts, changes, entered),
    mend: async () => front.become({ leadsTo: Number(new URL(bao.address).port) }),
    stop: async () => {
      await front.stop();
      await double.stop();
    },
  };
}

/** The port of a server of connections, at one address of this machine. */
export async function listening(stops: Stops, host: string, meet: (socket: Socket) => void): Promise<number> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => socket.destroy());
    meet(socket);
  });
  server.listen(0, host);
  await once(server, 'listening');
  stops.add({
    stop: async () => {
      server.close();
      return Promise.resolve();
    },
  });
  return (server.address() as AddressInfo).port;
}
