import assert from 'node:assert/strict';
import { networkErrorKind } from '../../../src/network/error-kind.ts';

describe('the kind of a network error', () => {
  const rows = [
    ['EAI_AGAIN', 'dns'],
    ['ECONNREFUSED', 'refused'],
    ['EPIPE', 'dropped'],
    ['TimeoutError', 'timeout'],
    ['EADDRNOTAVAIL', 'unreachable'],
    ['CERT_SIGNATURE_FAILURE', 'untrustedCertificate'],
    ['CERT_NOT_YET_VALID', 'futureCertificate'],
    ['CERT_REVOKED', 'unusableCertificate'],
    ['INVALID_PURPOSE', 'unusableCertificate'],
    ['UNSPECIFIED', 'unusableCertificate'],
    ['HOSTNAME_MISMATCH', 'certificateName'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificateName'],
    ['ERR_TLS_HANDSHAKE_TIMEOUT', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['ENOENT', undefined],
    ['toString', undefined],
  ] as const;
  for (const [code, kind] of rows) {
    it(`${code} is ${kind ?? 'none'}`, () => {
      assert.equal(networkErrorKind(code), kind);
    });
  }
});
