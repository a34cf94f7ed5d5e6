import { freePort } from '../../support/servers/child.ts';
import type { Certificates, Validity } from '../../support/servers/certificates.ts';
import { startNginx } from '../../support/servers/nginx.ts';
import type { Cause, Planted } from '../cause.ts';
import type { Parts } from '../parts.ts';
import { credential, newName, ours, storedWindow } from './windows.ts';

const entered = { 'stored.credential': JSON.stringify(credential) };
const dayMs = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * dayMs);

/** MLflow behind nginx with this certificate; trusted unless `isTrusted` is false. Mended with a good one of the same authority. */
async function withCertificate(parts: Parts, certificates: Certificates, isTrusted = true): Promise<Planted> {
  const gateway = await startNginx({
    folder: await parts.folder(newName()),
    server: await parts.toMlflow(),
    tls: certificates,
  });
  const trust = { 'tls.caFile': certificates.caFile };
  return {
    window: await storedWindow(parts, {
      trackingUri: `https://127.0.0.1:${gateway.port}`,
      ...(isTrusted ? trust : {}),
    }),
    ...(isTrusted ? {} : { mend: async (window) => window.changeSettings(ours(trust)) }),
    stop: async () => gateway.stop(),
  };
}

async function dated(parts: Parts, validity: Validity): Promise<Planted> {
  return withCertificate(parts, await parts.certificatesFor(newName(), ['127.0.0.1'], validity));
}

export function tlsCauses(): readonly Cause[] {
  return [
    {
      name: 'the certificate of the tracking server has expired',
      code: 'upstream.tlsExpired',
      remedy: /administrator for a new one/,
      plant: async (parts) => dated(parts, { from: inDays(-9), until: inDays(-2) }),
    },
    {
      name: 'the certificate of the tracking server is not valid yet, as with a clock that is wrong',
      code: 'upstream.tlsNotYetValid',
      remedy: /clock/,
      plant: async (parts) => dated(parts, { from: inDays(2), until: inDays(9) }),
    },
    {
      name: 'the certificate of the tracking server is for another host name',
      code: 'upstream.tlsName',
      remedy: /mlflowSecretsAuth\.trackingUri/,
      plant: async (parts) =>
        withCertificate(parts, await parts.certificatesFor(newName(), ['mlflow.company.example'])),
    },
    {
      name: 'the certificate of the tracking server is of an authority that nobody here trusts',
      code: 'upstream.tlsUntrusted',
      remedy: /mlflowSecretsAuth\.tls\.caFile/,
      plant: async (parts) => withCertificate(parts, await parts.certificates(), false),
    },
    {
      name: 'the address begins with https, and the server speaks http',
      code: 'upstream.tlsProtocol',
      remedy: /should begin with http:/,
      plant: async (parts) => {
        const { port } = await parts.gateway();
        return {
          window: await storedWindow(parts, { trackingUri: `https://127.0.0.1:${port}` }),
          mend: async (window) =>
            window.changeSettings(ours({ trackingUri: `http://127.0.0.1:${port}` }), entered),
        };
      },
    },
    {
      name: 'the address begins with http, and the server speaks https',
      code: 'upstream.httpsNeeded',
      remedy: /should begin with https:/,
      plant: async (parts) => {
        const certificates = await parts.certificates();
        const gateway = await startNginx({
          folder: await parts.folder(newName()),
          server: await parts.toMlflow(),
          tls: certificates,
        });
        const values = {
          trackingUri: `https://127.0.0.1:${gateway.port}`,
          'tls.caFile': certificates.caFile,
        };
        return {
          window: await storedWindow(parts, { trackingUri: `http://127.0.0.1:${gateway.port}` }),
          mend: async (window) => window.changeSettings(ours(values), entered),
          stop: async () => gateway.stop(),
        };
      },
    },
    {
      name: 'the server asks for a client certificate',
      code: 'upstream.clientCertificateRequired',
      remedy: /mlflowSecretsAuth\.tls\.clientCertFile/,
      plant: async (parts) => {
        const certificates = await parts.certificates();
        const asking = `ssl_client_certificate ${certificates.caFile}; ssl_verify_client on; ${await parts.toMlflow()}`;
        const gateway = await startNginx({
          folder: await parts.folder(newName()),
          server: asking,
          tls: certificates,
        });
        const trackingUri = `https://127.0.0.1:${gateway.port}`;
        return {
          window: await storedWindow(parts, { trackingUri, 'tls.caFile': certificates.caFile }),
          stop: async () => gateway.stop(),
        };
      },
    },
    {
      name: 'the CA file of the settings is not there',
      code: 'settings.caFile',
      remedy: /mlflowSecretsAuth\.tls\.caFile/,
      plant: async (parts) => ({
        window: await storedWindow(parts, {
          trackingUri: `https://127.0.0.1:${await freePort()}`,
          'tls.caFile': '/nonexistent/company-ca.pem',
        }),
      }),
    },
  ];
}
