import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { connect } from 'node:tls';
import { issueAnother, issueBelowAnother, issueWeak } from '../../support/servers/certificates.ts';
import type { Certificates, Validity } from '../../support/servers/certificates.ts';
import { startNginx } from '../../support/servers/nginx.ts';
import type { Nginx } from '../../support/servers/nginx.ts';
import type { Cause, Planted } from '../cause.ts';
import type { Parts } from '../parts.ts';
import { entered, newName, ours, storedWindow } from '../scene/windows.ts';

const dayMs = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * dayMs);

/** MLflow behind nginx with this certificate of a trusted authority. Mended with a good one of the same authority. */
async function withCertificate(parts: Parts, certificates: Certificates, directives = ''): Promise<Planted> {
  const { gateway, trackingUri } = await overTls(parts, certificates, directives);
  return {
    window: await storedWindow(parts, { trackingUri, 'tls.caFile': certificates.caFile }),
    mend: async () => {
      const good = await issueAnother(dirname(certificates.caFile), ['127.0.0.1']);
      await gateway.reconfigure(await parts.toMlflow(), good);
    },
    stop: async () => gateway.stop(),
  };
}

async function overTls(
  parts: Parts,
  tls: Certificates,
  directives = '',
): Promise<{ readonly gateway: Nginx; readonly trackingUri: string }> {
  const server = `${directives} ${await parts.toMlflow()}`;
  const gateway = await startNginx({ folder: await parts.folder(newName()), server, tls });
  return { gateway, trackingUri: `https://127.0.0.1:${gateway.port}` };
}

/** The authority that this machine trusts vouches for another, which vouches for the server. */
async function withoutIntermediate(parts: Parts): Promise<Planted> {
  const issued = await issueBelowAnother(await parts.folder(newName()), ['127.0.0.1']);
  const { caFile, chainFile, keyFile } = issued;
  const { gateway, trackingUri } = await overTls(parts, issued);
  return {
    window: await storedWindow(parts, { trackingUri, 'tls.caFile': caFile }),
    mend: async () => gateway.reconfigure(await parts.toMlflow(), { certFile: chainFile, keyFile }),
    stop: async () => gateway.stop(),
  };
}

async function dated(parts: Parts, validity: Validity): Promise<Planted> {
  return withCertificate(parts, await parts.certificatesFor(newName(), ['127.0.0.1'], validity));
}

/** Until when the certificate is good that a new connection is shown; wall-clock milliseconds. */
async function shownEnd(port: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    return Date.parse(socket.getPeerCertificate().valid_to);
  } finally {
    socket.destroy();
  }
}

/** The certificate of a connected server is replaced by one that has expired. */
async function expiringCertificate(parts: Parts): Promise<Planted> {
  const validity = { from: inDays(-9), until: inDays(-1) };
  const good = await parts.certificatesFor(newName(), ['127.0.0.1']);
  const old = await parts.certificatesFor(newName(), ['127.0.0.1'], validity);
  const caFile = join(await parts.folder(newName()), 'both.pem');
  await writeFile(caFile, `${await readFile(good.caFile, 'utf8')}\n${await readFile(old.caFile, 'utf8')}`);
  const server = await parts.toMlflow();
  const gateway = await startNginx({ folder: await parts.folder(newName()), server, tls: good });
  const trackingUri = `https://127.0.0.1:${gateway.port}`;
  return {
    window: await storedWindow(parts, { trackingUri, 'tls.caFile': caFile }),
    afterConnecting: async () => {
      await gateway.reconfigure(server, old);
      // It takes the new configuration a moment later.
      while ((await shownEnd(gateway.port)) > Date.now()) await new Promise((next) => setTimeout(next, 50));
    },
    mend: async () => gateway.reconfigure(server, good),
    stop: async () => gateway.stop(),
  };
}

/** A double of a server's clock alone: nginx passes on what it says of the time. */
async function clockDouble(awayMs: number): Promise<Server> {
  const server = createServer((_request, response) => {
    response.setHeader('Date', new Date(Date.now() + awayMs).toUTCString()).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

/** By the clock of the server, the certificate is good for half an hour yet, or has been for half an hour. */
async function wrongClock(parts: Parts, awayHours: 1 | -1): Promise<Planted> {
  const validity =
    awayHours < 0
      ? { from: inDays(-9), until: inDays(-0.5 / 24) }
      : { from: inDays(0.5 / 24), until: inDays(9) };
  const certificates = await parts.certificatesFor(newName(), ['127.0.0.1'], validity);
  const clock = await clockDouble(awayHours * 3_600_000);
  const { port } = clock.address() as AddressInfo;
  const time = `location = / { proxy_pass http://127.0.0.1:${port}; proxy_pass_header Date; }`;
  const { gateway, trackingUri } = await overTls(parts, certificates, time);
  return {
    window: await storedWindow(parts, { trackingUri, 'tls.caFile': certificates.caFile }),
    // The clock is right again: what the server shows is valid by it.
    mend: async () => {
      const good = await issueAnother(dirname(certificates.caFile), ['127.0.0.1']);
      await gateway.reconfigure(await parts.toMlflow(), good);
    },
    stop: async () => {
      clock.close();
      await gateway.stop();
    },
  };
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
      name: 'the certificate of the tracking server expires while MLflow is connected',
      code: 'upstream.tlsExpired',
      remedy: /administrator for a new one/,
      plant: expiringCertificate,
    },
    {
      name: 'the certificate of the tracking server is not valid yet, as with a clock that is wrong',
      code: 'upstream.tlsNotYetValid',
      remedy: /clock/,
      plant: async (parts) => dated(parts, { from: inDays(2), until: inDays(9) }),
    },
    {
      name: 'the clock of this machine is an hour fast, so that the certificate of the tracking server seems to have expired',
      code: 'upstream.clockSkew',
      remedy: /differs by 60 min[^]*Correct the date and time/,
      plant: async (parts) => wrongClock(parts, -1),
    },
    {
      name: 'the clock of this machine is an hour slow, so that the certificate of the tracking server seems not valid yet',
      code: 'upstream.clockSkew',
      remedy: /differs by 60 min[^]*Correct the date and time/,
      plant: async (parts) => wrongClock(parts, 1),
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
      plant: async (parts) => {
        const certificates = await parts.certificates();
        const { gateway, trackingUri } = await overTls(parts, certificates);
        return {
          window: await storedWindow(parts, { trackingUri }),
          mend: async (window) => window.changeSettings(ours({ 'tls.caFile': certificates.caFile })),
          stop: async () => gateway.stop(),
        };
      },
    },
    {
      name: 'the tracking server does not send its intermediate certificate',
      code: 'upstream.tlsUntrusted',
      remedy: /send its intermediate certificates/,
      plant: withoutIntermediate,
    },
    {
      name: 'the certificate of the tracking server is one of a person, not of a server',
      code: 'upstream.tlsUnusable',
      remedy: /administrator for another certificate/,
      plant: async (parts) => {
        const { caFile } = await parts.certificatesFor(newName(), ['127.0.0.1']);
        return withCertificate(parts, await issueAnother(dirname(caFile), ['127.0.0.1'], 'clientAuth'));
      },
    },
    {
      name: 'the certificate of the tracking server is too weak',
      code: 'upstream.tlsUnusable',
      remedy: /administrator for another certificate/,
      plant: async (parts) => {
        const { caFile } = await parts.certificatesFor(newName(), ['127.0.0.1']);
        const weak = await issueWeak(dirname(caFile), ['127.0.0.1']);
        // nginx itself would not show it otherwise.
        return withCertificate(parts, weak, 'ssl_ciphers DEFAULT@SECLEVEL=0;');
      },
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
        const { gateway, trackingUri } = await overTls(parts, certificates);
        const values = { trackingUri, 'tls.caFile': certificates.caFile };
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
        const certificates = await parts.certificatesFor(newName(), ['127.0.0.1']);
        const { caFile } = certificates;
        const asking = `ssl_client_certificate ${caFile}; ssl_verify_client on;`;
        const { gateway, trackingUri } = await overTls(parts, certificates, asking);
        return {
          window: await storedWindow(parts, { trackingUri, 'tls.caFile': caFile }),
          mend: async (window) => {
            const { certFile, keyFile } = await issueAnother(dirname(caFile), ['ada'], 'clientAuth');
            const values = { 'tls.clientCertFile': certFile, 'tls.clientKeyFile': keyFile };
            await window.changeSettings(ours(values), entered);
          },
          stop: async () => gateway.stop(),
        };
      },
    },
    {
      name: 'the CA file of the settings is not there',
      code: 'settings.caFile',
      remedy: /mlflowSecretsAuth\.tls\.caFile/,
      plant: async (parts) => {
        const certificates = await parts.certificates();
        const { gateway, trackingUri } = await overTls(parts, certificates);
        const caFile = join(await parts.folder(newName()), 'company-ca.pem');
        return {
          window: await storedWindow(parts, { trackingUri, 'tls.caFile': caFile }),
          mend: async () => copyFile(certificates.caFile, caFile),
          stop: async () => gateway.stop(),
        };
      },
    },
  ];
}
