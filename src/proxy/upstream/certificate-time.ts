import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { networkErrorKind } from '../../network/error-kind.ts';

/** A certificate that is valid by the clock of its server, and not by that of this machine. */
export class ClockSkew extends Error {
  readonly differenceMs: number;

  /** `serverNow`: wall-clock milliseconds by the server, which nobody has verified. */
  constructor(serverNow: number, cause: Error) {
    super('CLOCK_SKEW', { cause });
    this.name = 'ClockSkew';
    this.differenceMs = Math.abs(Date.now() - serverNow);
  }
}

/** Of a certificate that is not valid yet, or no longer. */
export function isUntimely(error: unknown): error is Error {
  if (!(error instanceof Error) || !('code' in error)) return false;
  const kind = networkErrorKind(String(error.code));
  return kind === 'expiredCertificate' || kind === 'futureCertificate';
}

const maxHeadLength = 16_384;

/**
 * Asks what the time is at the other end of a connection that nobody has verified, with a request that says nothing of
 * the user (RFC 9110, 6.6.1), where the certificate would be valid then. `found` is called once, unless the socket ends
 * before.
 */
export function askServerTime(
  socket: TLSSocket,
  authority: string,
  found: (serverNow: number | undefined) => void,
): void {
  const isPossible = validityOf(socket.getPeerCertificate(true));
  let head = '';
  const read = (text: string): void => {
    head += text;
    const date = /^date:[ \t]*([^\r\n]+)\r?$/im.exec(head)?.[1];
    const isWhole = head.includes('\r\n\r\n') || head.length > maxHeadLength;
    if (date === undefined && !isWhole) return;
    socket.off('data', read);
    const serverNow = Date.parse(date ?? '');
    found(isPossible(serverNow) ? serverNow : undefined);
  };
  socket.setEncoding('latin1').on('data', read);
  socket.write(`HEAD / HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\n\r\n`);
}

/** Whether what is not valid now of a chain is valid at a time; wall-clock milliseconds. */
function validityOf(leaf: DetailedPeerCertificate): (at: number) => boolean {
  const chain = new Set<DetailedPeerCertificate>();
  for (let one: DetailedPeerCertificate | undefined = leaf; one && !chain.has(one); one = issuerOf(one))
    chain.add(one);
  const isValid = ({ valid_from, valid_to }: DetailedPeerCertificate, at: number): boolean =>
    at >= Date.parse(valid_from) && at < Date.parse(valid_to);
  const untimely = [...chain].filter((one) => !isValid(one, Date.now()));
  return (at) => untimely.length > 0 && untimely.every((one) => isValid(one, at));
}

/** Node leaves it out where it was not sent, whatever its types say. */
function issuerOf({
  issuerCertificate,
}: Partial<DetailedPeerCertificate>): DetailedPeerCertificate | undefined {
  return issuerCertificate;
}
