import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { connectTunnel } from './connect-tunnel.ts';
import { hostAndPort } from './address.ts';
import type { HostAndPort, UpstreamAddress } from './address.ts';
import { DialError } from './problem.ts';
import { connectPlain, eventSocket } from '../sockets/read-buffer.ts';
import type { SocketReader } from '../sockets/read-buffer.ts';

/** For name look-up, TCP, HTTP proxy and TLS together. */
const dialTimeout = 15_000;

/**
 * Connects to a tracking server; `done` is called once, later, with a socket ready for requests, or with an error.
 * The returned function gives up.
 */
export function dial(address: UpstreamAddress, done: (result: SocketReader | Error) => void): () => void {
  let current: Socket | undefined;
  const settle = (result: SocketReader | Error): void => {
    if (current === undefined) return;
    clearTimeout(timer);
    if (result instanceof Error) discard(current);
    current = undefined;
    done(result);
  };
  const timer = setTimeout(() => settle(new DialError('TIMED_OUT')), dialTimeout);
  const step = (socket: Socket, readyEvent: 'connect' | 'secureConnect', next: () => void): void => {
    current = socket;
    const fail = (error: Error): void => settle(error);
    const close = (): void => settle(new DialError('CLOSED'));
    socket.once('error', fail).once('close', close);
    socket.once(readyEvent, () => {
      if (current !== socket) return;
      socket.off('error', fail).off('close', close);
      next();
    });
  };
  const overTls = (target: HostAndPort, below: Socket | undefined, next: (socket: Socket) => void): void => {
    const secure = tlsSocket(address, target, below);
    step(secure, 'secureConnect', () => next(secure));
  };
  const toServer = (below: Socket | undefined): void => {
    if (address.isTls) overTls(address.server, below, (socket) => settle(eventSocket(socket)));
    else if (below !== undefined) settle(eventSocket(below));
    else {
      const plain = connectPlain(address.server);
      step(plain.socket, 'connect', () => settle(plain));
    }
  };
  const tunnel = (socket: Socket): void => {
    current = socket;
    connectTunnel(socket, address, (error) => {
      if (current !== socket) return;
      attempt(() => (error === undefined ? toServer(socket) : settle(error)));
    });
  };
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      clearTimeout(timer);
      if (current !== undefined) discard(current);
      current = undefined;
      setImmediate(done, error instanceof Error ? error : new Error(String(error)));
    }
  };
  attempt(() => {
    const proxy = address.httpProxy;
    if (proxy === undefined) {
      toServer(undefined);
    } else if (proxy?.protocol === 'https:') {
      overTls(hostAndPort(proxy), undefined, tunnel);
    } else if (proxy?.protocol === 'http:') {
      const socket = connect({ ...hostAndPort(proxy), noDelay: true });
      step(socket, 'connect', () => tunnel(socket));
    } else {
      throw new DialError('PROXY_SCHEME');
    }
  });
  return () => {
    clearTimeout(timer);
    if (current !== undefined) discard(current);
    current = undefined;
  };
}

/** What still goes wrong with a socket that nobody wants any more is of no interest. */
function discard(socket: Socket): void {
  socket.on('error', () => undefined);
  socket.destroy();
}

/** Over `below` where there is a tunnel, else directly. */
function tlsSocket(address: UpstreamAddress, target: HostAndPort, below: Socket | undefined): Socket {
  const isServer = target === address.server;
  const { session } = address;
  const socket = connectTls({
    ...(below === undefined ? target : { socket: below }),
    secureContext: address.secureContext,
    ALPNProtocols: ['http/1.1'],
    // For the certificate's check; an address is no name for SNI.
    host: target.host,
    ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
    ...(isServer && session !== undefined ? { session } : {}),
  });
  socket.setNoDelay(true);
  if (isServer) socket.on('session', (ticket) => (address.session = ticket));
  return socket;
}
