import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Whether the server asked for a client certificate: only then has a client signature algorithms of it (RFC 8446, 4.3.2). */
export function asksForCertificate(socket: Socket): boolean {
  return socket instanceof TLSSocket && socket.getSharedSigalgs().length > 0;
}

const alert =
  /_ALERT_(?:(?:BAD_|UNSUPPORTED_|NO_)?CERTIFICATE(?:_\w+)?|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)$/;

/** Whether a server that asked for a certificate ended the connection because of it (RFC 8446, 6.2). */
export function isCertificateAlert(error: unknown, socket: Socket): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return alert.test(code) && asksForCertificate(socket);
}
