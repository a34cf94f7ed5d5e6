import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { hostAndPort } from '../sockets/host-and-port.ts';
import type { HostAndPort } from '../sockets/host-and-port.ts';
import { connectPlain, eventSocket } from '../sockets/read-buffer.ts';
import type { SocketReader } from '../sockets/read-buffer.ts';
import type { UpstreamAddress } from './address.ts';
import { connectTunnel } from './connect-tunnel.ts';
import { isCertificateAlert } from './client-certificate.ts';
import { askServerTime, ClockSkew, isUntimely } from './certificate-time.ts';
import { DialError } from './dial-error.ts';

/** For name look-up, TCP, HTTP proxy and TLS together. */
const dialTimeoutMs = 15_000;
/** The same, for a look at what the time is at the server. */
const lookTimeoutMs = 3000;

/**
 * Connects to a tracking server; calls `done` once, later, with a socket ready for requests, or with an error. Returns a
 * function that cancels the attempt.
 */
export function dial(
  address: UpstreamAddress,
  done: (result: SocketReader | Error) => void,
  timeoutMs = dialTimeoutMs,
): () => void {
  let attempt = new DialAttempt(address, settled, timeoutMs);
  function settled(result: SocketReader | Error): void {
    if (!isUntimely(result)) {
      done(result);
      return;
    }
    attempt = new DialAttempt(
      address,
      (seen) => done(seen instanceof ClockSkew ? seen : result),
      lookTimeoutMs,
      result,
    );
    attempt.start();
  }
  attempt.start();
  return () => attempt.cancel();
}

interface Step {
  /** Whose name may have to be looked up; `undefined` in a tunnel. */
  readonly target: HostAndPort | undefined;
  /** Says that the step is done. */
  readonly ready: 'connect' | 'secureConnect';
}

/** One attempt, from socket to socket: to the HTTP proxy, through it, over TLS. */
class DialAttempt {
  readonly #address: UpstreamAddress;
  readonly #done: (result: SocketReader | Error) => void;
  readonly #timer: NodeJS.Timeout;
  /** Why the attempt before failed. This one only looks what the time is at the server, and ends with an error. */
  readonly #untimely: Error | undefined;
  /** The socket of the current step. */
  #current: Socket | undefined;
  #isOver = false;
  /** The resolver has not answered yet. */
  #isLookingUp = false;
  /** The HTTP proxy has not answered yet, so what goes wrong is about it. */
  #isAtProxy = false;

  constructor(
    address: UpstreamAddress,
    done: (result: SocketReader | Error) => void,
    timeoutMs: number,
    untimely?: Error,
  ) {
    this.#address = address;
    this.#done = done;
    this.#untimely = untimely;
    this.#timer = setTimeout(
      () => this.#failed(new DialError(this.#isLookingUp ? 'EAI_AGAIN' : 'ETIMEDOUT')),
      timeoutMs,
    );
  }

  start(): void {
    this.#try(() => {
      const proxy = this.#address.httpProxy;
      if (proxy === undefined) {
        this.#toServer(undefined);
      } else if (proxy?.protocol === 'https:') {
        this.#isAtProxy = true;
        const secure = tlsSocket(this.#address, hostAndPort(proxy), undefined);
        this.#step(secure, { target: hostAndPort(proxy), ready: 'secureConnect' }, () =>
          this.#atProxy(secure),
        );
      } else if (proxy?.protocol === 'http:') {
        this.#isAtProxy = true;
        const plain = connect({ ...hostAndPort(proxy), noDelay: true });
        this.#step(plain, { target: hostAndPort(proxy), ready: 'connect' }, () => this.#atProxy(plain));
      } else {
        throw new DialError('PROXY_SCHEME');
      }
    });
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    if (this.#current !== undefined) discard(this.#current);
  }

  /** Requests are sent to the proxy itself where there is no TLS that needs a tunnel. */
  #atProxy(socket: Socket): void {
    this.#isAtProxy = false;
    if (this.#address.isTls) this.#tunnel(socket);
    else this.#settle(eventSocket(socket));
  }

  #tunnel(socket: Socket): void {
    connectTunnel(socket, this.#address, (error) => {
      if (this.#isOver) return;
      if (error === undefined) this.#try(() => this.#toServer(socket));
      else this.#settle(error);
    });
  }

  /** `below`: a tunnel through the HTTP proxy. */
  #toServer(below: Socket | undefined): void {
    const { server } = this.#address;
    if (this.#untimely !== undefined) {
      this.#look(this.#untimely, below);
    } else if (this.#address.isTls) {
      const secure = tlsSocket(this.#address, server, below);
      const target = below === undefined ? server : undefined;
      this.#step(secure, { target, ready: 'secureConnect' }, () => this.#settle(eventSocket(secure)));
    } else {
      const plain = connectPlain(server);
      this.#step(plain.socket, { target: server, ready: 'connect' }, () => this.#settle(plain));
    }
  }

  /** The connection is not verified, keeps no session, and gets neither credential nor client certificate. */
  #look(untimely: Error, below: Socket | undefined): void {
    const { server, proxysContext, authority } = this.#address;
    const secure = connectTls({
      ...(below === undefined ? server : { socket: below }),
      secureContext: proxysContext,
      ALPNProtocols: ['http/1.1'],
      ...(isIP(server.host) === 0 ? { servername: server.host } : {}),
      rejectUnauthorized: false,
    });
    const target = below === undefined ? server : undefined;
    this.#step(secure, { target, ready: 'secureConnect' }, () => {
      secure.once('error', () => this.#settle(untimely)).once('close', () => this.#settle(untimely));
      askServerTime(secure, authority, (serverNow) =>
        this.#settle(serverNow === undefined ? untimely : new ClockSkew(serverNow, untimely)),
      );
    });
  }

  #step(socket: Socket, { target, ready }: Step, next: () => void): void {
    this.#current = socket;
    this.#isLookingUp = target !== undefined && isIP(target.host) === 0;
    const lookedUp = (): void => {
      this.#isLookingUp = false;
    };
    socket.once('lookup', lookedUp);
    const fail = (error: Error): void =>
      this.#failed(isCertificateAlert(error, socket) ? new DialError('CLIENT_CERTIFICATE', error) : error);
    const close = (): void => this.#failed(new DialError('ECONNRESET'));
    socket.once('error', fail).once('close', close);
    socket.once(ready, () => {
      if (this.#isOver) return;
      // What waited for the connection is held by no listener, as no look-up is told of for an IP address.
      socket.off('error', fail).off('close', close).off('lookup', lookedUp);
      next();
    });
  }

  /** What is thrown on the way is given to `done`, too, and never before `dial` has returned. */
  #try(action: () => void): void {
    try {
      action();
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      setImmediate(() => this.#settle(failure));
    }
  }

  #failed(error: Error): void {
    this.#settle(this.#isAtProxy ? new DialError('PROXY_DOWN', error) : error);
  }

  #settle(result: SocketReader | Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    if (result instanceof Error && this.#current !== undefined) discard(this.#current);
    this.#done(result);
  }
}

/** What still goes wrong with a socket that is no longer needed is of no interest. */
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
    secureContext: isServer ? address.secureContext : address.proxysContext,
    ALPNProtocols: ['http/1.1'],
    // For the certificate's check; an address is no name for SNI.
    host: target.host,
    ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
    ...(isServer && session !== undefined ? { session } : {}),
    rejectUnauthorized: !(isServer && address.trust.kind === 'any'),
  });
  socket.setNoDelay(true);
  if (isServer) socket.on('session', (ticket) => (address.session = ticket));
  return socket;
}
