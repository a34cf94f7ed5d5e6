/** What went wrong on the way to a server, whatever Node, OpenSSL or an HTTP client calls it. */
export type NetworkErrorKind =
  | 'dns'
  | 'refused'
  | 'dropped'
  | 'timeout'
  | 'unreachable'
  | 'untrustedCertificate'
  | 'unusableCertificate'
  | 'expiredCertificate'
  | 'futureCertificate'
  | 'certificateName'
  | 'tls';

const kinds: ReadonlyMap<string, NetworkErrorKind> = new Map(
  Object.entries<NetworkErrorKind>({
    ENOTFOUND: 'dns',
    EAI_AGAIN: 'dns',
    EAI_NODATA: 'dns',
    EAI_FAIL: 'dns',
    ECONNREFUSED: 'refused',
    ECONNRESET: 'dropped',
    ECONNABORTED: 'dropped',
    EPIPE: 'dropped',
    UND_ERR_SOCKET: 'dropped',
    ETIMEDOUT: 'timeout',
    ESOCKETTIMEDOUT: 'timeout',
    // The name, not the code, of what an AbortSignal.timeout rejects with.
    TimeoutError: 'timeout',
    EHOSTUNREACH: 'unreachable',
    ENETUNREACH: 'unreachable',
    EHOSTDOWN: 'unreachable',
    EADDRNOTAVAIL: 'unreachable',
    ENETDOWN: 'unreachable',
    ENONET: 'unreachable',
    // An address of IPv6 on a machine without it.
    EAFNOSUPPORT: 'unreachable',
    SELF_SIGNED_CERT_IN_CHAIN: 'untrustedCertificate',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'untrustedCertificate',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrustedCertificate',
    UNABLE_TO_GET_ISSUER_CERT: 'untrustedCertificate',
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrustedCertificate',
    CERT_UNTRUSTED: 'untrustedCertificate',
    CERT_SIGNATURE_FAILURE: 'untrustedCertificate',
    INVALID_CA: 'untrustedCertificate',
    CERT_CHAIN_TOO_LONG: 'untrustedCertificate',
    PATH_LENGTH_EXCEEDED: 'untrustedCertificate',
    CERT_REVOKED: 'unusableCertificate',
    CERT_REJECTED: 'unusableCertificate',
    INVALID_PURPOSE: 'unusableCertificate',
    // Node's word for whatever else OpenSSL has against a certificate, such as a key that is too short.
    UNSPECIFIED: 'unusableCertificate',
    CERT_HAS_EXPIRED: 'expiredCertificate',
    CERT_NOT_YET_VALID: 'futureCertificate',
    HOSTNAME_MISMATCH: 'certificateName',
    ERR_TLS_CERT_ALTNAME_INVALID: 'certificateName',
    EPROTO: 'tls',
  }),
);

/** The kind behind an error's code; `undefined` for a code that is not about the network. */
export function networkErrorKind(code: string): NetworkErrorKind | undefined {
  return kinds.get(code) ?? (/^ERR_(SSL|TLS)_/.test(code) ? 'tls' : undefined);
}

/** Of a server that speaks TLS, but none that is still safe: OpenSSL's words (ssl/ssl_err.c). */
export function isOfOldTls(code: string): boolean {
  return /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION$|VERSION_TOO_LOW|LEGACY|KEY_TOO_SMALL|HANDSHAKE_FAILURE$|NO_SHARED_CIPHER/.test(
    code,
  );
}
