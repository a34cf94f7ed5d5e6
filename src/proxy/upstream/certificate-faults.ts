import * as l10n from '@vscode/l10n';
import { duration } from '../../age.ts';
import { isOfOldTls } from '../../network/error-kind.ts';
import type { ClockSkew } from './certificate-time.ts';
import { check } from './fault.ts';
import type { FaultOf, Faults } from './fault.ts';

/** What is wrong with the certificates of the server or of this machine, or with TLS itself. */
export const certificateFaults: Faults = {
  CLIENT_CERTIFICATE: (host, { way }) =>
    way.clientCertificate === undefined
      ? [
          'clientCertificateRequired',
          l10n.t('Cannot connect to {0}: it asks for a client certificate.', host),
          l10n.t('Set mlflowSecretsAuth.tls.clientCertFile.'),
        ]
      : [
          'clientCertificateRejected',
          l10n.t('Cannot connect to {0}: it does not accept the client certificate.', host),
          l10n.t('Check mlflowSecretsAuth.tls.clientCertFile and how long the certificate is valid.'),
        ],
  BAD_CA: (host, { way }) => [
    'caFile',
    l10n.t('Cannot connect to {0}: an additional CA certificate cannot be read.', host),
    check(way.trust.kind === 'only' ? way.trust.from : 'mlflowSecretsAuth.tls.caFile'),
  ],
  expiredCertificate: (host) => [
    'tlsExpired',
    l10n.t('Cannot connect to {0}: its TLS certificate has expired.', host),
    l10n.t('Ask its administrator for a new one, unless the clock of this machine is wrong.'),
  ],
  futureCertificate: (host) => [
    'tlsNotYetValid',
    l10n.t('Cannot connect to {0}: its TLS certificate is not valid yet.', host),
    l10n.t('Check the clock of this machine.'),
  ],
  certificateName: (host) => [
    'tlsName',
    l10n.t('Cannot connect to {0}: its TLS certificate is for another host name.', host),
    check('mlflowSecretsAuth.trackingUri'),
  ],
  untrustedCertificate: (host, { code, way }) =>
    way.trust.kind === 'only'
      ? [
          'tlsUntrusted',
          l10n.t(
            'Cannot connect to {0}: its TLS certificate is not trusted ({1}), because {2} names all certificates that are.',
            host,
            code,
            way.trust.from,
          ),
          l10n.t(
            'Correct {0}, or set mlflowSecretsAuth.tls.caFile to the CA certificate of your company.',
            way.trust.from,
          ),
        ]
      : [
          'tlsUntrusted',
          l10n.t('Cannot connect to {0}: its TLS certificate is not trusted ({1}).', host, code),
          // The server has sent this one certificate only, and its issuer is not among those that are trusted.
          code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
            ? l10n.t(
                'Set mlflowSecretsAuth.tls.caFile to the CA certificate of your company. If it is set, ask the administrator of the server to have it send its intermediate certificates, too.',
              )
            : l10n.t('Set mlflowSecretsAuth.tls.caFile to the CA certificate of your company.'),
        ],
  unusableCertificate: (host, { code }) => [
    'tlsUnusable',
    l10n.t(
      'Cannot connect to {0}: its TLS certificate cannot be used: its key may be too weak, or it is not for a server ({1}).',
      host,
      code,
    ),
    l10n.t('Ask its administrator for another certificate.'),
  ],
  tls: (host, { code }) => [
    'tlsProtocol',
    l10n.t('Cannot connect to {0}: TLS could not be set up ({1}).', host, code),
    isOfOldTls(code)
      ? l10n.t('Ask its administrator for TLS 1.2 or later, with current ciphers.')
      : l10n.t('Check whether mlflowSecretsAuth.trackingUri should begin with http:// instead of https://.'),
  ],
};

/** A certificate that is valid by the clock of its server. */
export function clockSkew({ differenceMs }: ClockSkew): FaultOf {
  return (host) => [
    'clockSkew',
    l10n.t(
      'Cannot connect to {0}: its TLS certificate is valid by the clock of the server, from which that of this machine differs by {1}.',
      host,
      duration(differenceMs),
    ),
    l10n.t('Correct the date and time of this machine.'),
  ];
}
