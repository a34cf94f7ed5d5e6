import type { Socket } from 'node:net';
import { isHopeless } from '../http/response-head.ts';
import type { UpstreamAddress } from './address.ts';
import { DialError } from './dial-error.ts';
import { proxyAuthorization } from './proxy-authorization.ts';

const maxHeadBytes = 16_384;

/** Asks the HTTP proxy at the other end of `socket` for a tunnel to the server (RFC 9110, 9.3.6). Calls `done` once. */
export function connectTunnel(
  socket: Socket,
  address: Pick<UpstreamAddress, 'server' | 'httpProxy'>,
  done: (error: Error | undefined) => void,
): void {
  const { host, port } = address.server;
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const signIn = proxyAuthorization(address.httpProxy);
  let head = Buffer.alloc(0);
  const settle = (error: Error | undefined): void => {
    socket.off('data', receive).off('error', settle).off('close', close);
    if (error === undefined) socket.pause();
    done(error);
  };
  const close = (): void => settle(new DialError('ECONNRESET'));
  const receive = (bytes: Buffer): void => {
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) {
      if (head.length > maxHeadBytes || isHopeless(head)) settle(new DialError('PROXY_MALFORMED'));
      return;
    }
    const status = /^HTTP\/1\.[01] (\d{3})[ \r]/.exec(head.toString('latin1', 0, 64))?.[1];
    if (status === undefined) settle(new DialError('PROXY_MALFORMED'));
    else if (status === '407')
      settle(new DialError(takesPassword(head.toString('latin1')) ? 'PROXY_SIGN_IN' : 'PROXY_NEGOTIATE'));
    else if (!status.startsWith('2')) settle(new DialError('PROXY_REFUSED'));
    // The server behind the tunnel does not send first, neither in TLS nor in HTTP.
    else if (head.length > end + 4) settle(new DialError('PROXY_MALFORMED'));
    else settle(undefined);
  };
  socket.on('data', receive).on('error', settle).on('close', close);
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${signIn}\r\n`);
}

/** Whether a user and a password in the proxy's address could help; a proxy that names no scheme may take them. */
export function takesPassword(head: string): boolean {
  const schemes = [...head.matchAll(/^proxy-authenticate:\s*([\w-]+)/gim)].map(([, name]) => name);
  return schemes.length === 0 || schemes.some((name) => name?.toLowerCase() === 'basic');
}
