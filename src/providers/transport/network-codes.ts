import type { ProblemTable } from '../../mending.ts';

/** What is wrong on the way to a secret store, or to where one signs in for it. */
export const networkProblems = {
  /** The host name does not resolve. */
  dns: ['network', 'settings'],
  /** Nothing listens at the address and port. */
  refused: ['network', 'store', 'settings'],
  /** The connection was closed before a response came. */
  dropped: ['network', 'store'],
  /** No response came in time. */
  timeout: ['network', 'store'],
  /** The network has no way to the server. */
  unreachable: ['network'],
  /** The HTTP proxy does not respond, refuses to connect, or requires a sign-in. */
  httpProxy: ['network', 'settings'],
  /** The server's certificate is not of an authority that this machine trusts. */
  tlsUntrusted: ['machine', 'settings', 'network', 'store'],
  /** The server's certificate is for another host name. */
  tlsName: ['settings', 'network', 'store'],
  /** The server's certificate cannot be used: its key may be too weak, or it is not for a server. */
  tlsUnusable: ['store', 'network'],
  /** The TLS handshake failed. */
  tlsProtocol: ['settings', 'network', 'store'],
  /** The server's certificate has expired or is not valid yet, or the clock of this machine is wrong. */
  tlsExpired: ['machine', 'store'],
} as const satisfies ProblemTable;
