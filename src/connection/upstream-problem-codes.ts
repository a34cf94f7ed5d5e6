import type { ProblemTable } from '../mending.ts';

/** What the tracking server, or what stands before it, does with the credential. */
export const upstreamProblems = {
  /** The tracking server does not accept the credential. */
  rejected: ['enterCredential', 'store', 'server'],
  /** The tracking server knows the user and gives no permission. */
  noPermission: ['server'],
  /** A sign-in page responds in place of the tracking server. */
  wall: ['enterCredential', 'store', 'server', 'network'],
  /** Whatever responds at the address is not an MLflow tracking server. */
  notMlflow: ['settings', 'server'],
  /** The address of the tracking server redirects to another one, where no credential is sent. */
  moved: ['settings', 'server'],
  /** The MLflow server was not told the host name by which it is called. */
  hostDenied: ['server', 'settings'],
  /** The tracking server speaks https, and `mlflowSecretsAuth.trackingUri` begins with `http://`. */
  httpsNeeded: ['settings', 'server'],
  /** The tracking server, or a gateway before it, responds with an error of its own. */
  serverError: ['server'],
  /** The host name of the tracking server does not resolve. */
  dns: ['network', 'settings'],
  /** Nothing listens at the tracking server's address and port. */
  refused: ['server', 'network', 'settings'],
  /** The connection was closed before a response came. */
  dropped: ['server', 'network'],
  /** The tracking server did not respond in time. */
  timeout: ['server', 'network'],
  /** The network has no way to the tracking server. */
  unreachable: ['network', 'server'],
  /** The network that this machine is in, such as that of a hotel, asks for a sign-in of its own before it lets requests through. */
  networkSignIn: ['network'],
  /** The connection failed for another reason, which the message names. */
  failed: ['network', 'server'],
  /** Too many files are open on this machine. */
  tooManyFiles: ['machine'],
  /** The tracking server sent a response that is not HTTP; it was not forwarded. */
  malformedResponse: ['server', 'network'],
  /** The HTTP proxy on the way to the tracking server does not respond. */
  httpProxyDown: ['network', 'settings'],
  /** The HTTP proxy requires a sign-in. */
  httpProxySignIn: ['settings', 'network'],
  /** The HTTP proxy takes sign-ins of Windows (Negotiate, NTLM) only, which cannot be given. */
  httpProxyNegotiate: ['network', 'settings'],
  /** The address of the HTTP proxy does not begin with http:// or https://. */
  httpProxyAddress: ['settings'],
  /** The HTTP proxy refused to connect to the tracking server. */
  httpProxyRefused: ['network', 'settings'],
  /** The HTTP proxy did not respond with HTTP. */
  httpProxyMalformed: ['network', 'settings'],
  /** An additional CA certificate cannot be read. */
  caFile: ['machine', 'settings'],
  /** The tracking server asks for a client certificate, and none is configured. */
  clientCertificateRequired: ['settings'],
  /** The tracking server does not accept the client certificate: it is expired, revoked, or of an authority that it does not know. */
  clientCertificateRejected: ['machine', 'server', 'settings'],
  /** The file of the client certificate or of its key does not exist. */
  clientCertificateMissing: ['machine', 'settings'],
  /** The file of the client certificate or of its key cannot be read, or does not contain it. */
  clientCertificateUnreadable: ['machine', 'settings'],
  /** The key does not belong to the client certificate. */
  clientCertificateKeyMismatch: ['machine', 'settings'],
  /** The key of the client certificate is encrypted; there is nobody to ask for its passphrase. */
  clientCertificateKeyEncrypted: ['machine', 'settings'],
  /** The certificates that this machine trusts are still being read; some systems take a minute. */
  certificatesPending: ['waiting'],
  /** The certificate of the tracking server is not of an authority that this machine trusts. */
  tlsUntrusted: ['machine', 'settings', 'server'],
  /** The certificate of the tracking server has expired, or the clock of this machine is wrong. */
  tlsExpired: ['server', 'machine'],
  /** The clock of this machine is so wrong that the certificate of the tracking server, which is valid, does not seem so. */
  clockSkew: ['machine'],
  /** The certificate of the tracking server is not valid yet, or the clock of this machine is wrong. */
  tlsNotYetValid: ['machine', 'server'],
  /** The certificate of the tracking server cannot be used: its key may be too weak, or it is not for a server. */
  tlsUnusable: ['server'],
  /** The certificate of the tracking server is for another host name. */
  tlsName: ['settings', 'server'],
  /** TLS could not be set up with the tracking server. */
  tlsProtocol: ['settings', 'server'],
} as const satisfies ProblemTable;
