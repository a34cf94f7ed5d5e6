import { createServer } from 'node:http';
import { freePort } from '../../support/servers/child.ts';
import { startCorporateProxy } from '../../support/servers/corporate-proxy.ts';
import { startNginx } from '../../support/servers/nginx.ts';
import { onLoopback } from '../../support/servers/on-loopback.ts';
import type { OnLoopback } from '../../support/servers/on-loopback.ts';
import type { Cause, Planted } from '../cause.ts';
import type { Parts } from '../parts.ts';
import { newName, silence, storedWindow, vaultWindow } from './windows.ts';

const companyHost = 'mlflow.company.example';

/** MLflow by a name that only the company's HTTP proxy resolves. */
async function behindProxy(
  parts: Parts,
  httpProxy: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Planted & { readonly port: number }> {
  const certificates = await parts.certificatesFor(newName(), [companyHost]);
  const gateway = await startNginx({
    folder: await parts.folder(newName()),
    server: await parts.toMlflow(),
    tls: certificates,
  });
  const window = await storedWindow(parts, {
    trackingUri: `https://${companyHost}`,
    'tls.caFile': certificates.caFile,
  });
  return {
    port: gateway.port,
    window: { ...window, settings: { ...window.settings, 'http.proxy': httpProxy }, environment },
    stop: async () => gateway.stop(),
  };
}

/** Of a company whose proxy takes Windows sign-ins only (RFC 4559). */
async function negotiatingProxy(): Promise<OnLoopback> {
  const server = createServer((_request, response) =>
    response.writeHead(407, { 'proxy-authenticate': 'Negotiate', connection: 'close' }).end(),
  );
  server.on('connect', (_request, socket) =>
    socket.end(
      'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Negotiate\r\nproxy-authenticate: NTLM\r\n' +
        'content-length: 0\r\nconnection: close\r\n\r\n',
    ),
  );
  return onLoopback(server);
}

export function networkCauses(): readonly Cause[] {
  return [
    {
      name: 'the host name of the tracking server does not resolve, as without the VPN',
      code: 'upstream.dns',
      remedy: /VPN/,
      plant: async (parts) => ({
        window: await storedWindow(parts, { trackingUri: 'https://mlflow.company.invalid' }),
      }),
    },
    {
      name: 'a firewall drops what is sent to the tracking server',
      code: 'upstream.timeout',
      remedy: /firewall/,
      plant: async (parts) => {
        const silent = await silence();
        return {
          window: await storedWindow(parts, { trackingUri: `https://127.0.0.1:${silent.port}` }),
          stop: async () => silent.stop(),
        };
      },
    },
    {
      name: 'the company’s HTTP proxy is down',
      code: 'upstream.httpProxyDown',
      remedy: /http\.proxy/,
      plant: async (parts) => behindProxy(parts, `http://127.0.0.1:${await freePort()}`),
    },
    {
      name: 'the HTTP proxy asks for a user and a password',
      code: 'upstream.httpProxySignIn',
      remedy: /http\.proxy/,
      plant: async (parts) => {
        const signIn = { user: 'ada', password: 'canary-proxy' };
        const planted = await behindProxy(parts, 'http://127.0.0.1:1');
        const proxy = await startCorporateProxy({ hosts: { [`${companyHost}:443`]: planted.port }, signIn });
        const withSignIn = proxy.url.replace('//', `//${signIn.user}:${signIn.password}@`);
        return {
          ...planted,
          window: { ...planted.window, settings: { ...planted.window.settings, 'http.proxy': proxy.url } },
          mend: async (window) => window.changeSettings({ 'http.proxy': withSignIn }),
          stop: async () => {
            await planted.stop?.();
            await proxy.stop();
          },
        };
      },
    },
    {
      name: 'the HTTP proxy takes Windows sign-ins only',
      code: 'upstream.httpProxyNegotiate',
      remedy: /Negotiate|Kerberos|Windows/,
      plant: async (parts) => {
        const proxy = await negotiatingProxy();
        const planted = await behindProxy(parts, proxy.url);
        return {
          ...planted,
          stop: async () => {
            await planted.stop?.();
            await proxy.stop();
          },
        };
      },
    },
    {
      name: 'the HTTP proxy does not let anybody through to the tracking server',
      code: 'upstream.httpProxyRefused',
      remedy: /http\.proxy and http\.noProxy/,
      plant: async (parts) => {
        const proxy = await startCorporateProxy({ hosts: {} });
        const planted = await behindProxy(parts, proxy.url);
        return {
          ...planted,
          mend: async (window) => {
            const open = await startCorporateProxy({ hosts: { [`${companyHost}:443`]: planted.port } });
            await window.changeSettings({ 'http.proxy': open.url });
          },
          stop: async () => {
            await planted.stop?.();
            await proxy.stop();
          },
        };
      },
    },
    {
      name: 'NO_PROXY names the tracking server, which only the HTTP proxy reaches',
      code: 'upstream.dns',
      remedy: /VPN/,
      plant: async (parts) => {
        const proxy = await startCorporateProxy({ hosts: {} });
        const planted = await behindProxy(parts, '', { HTTPS_PROXY: proxy.url, NO_PROXY: `.${companyHost}` });
        return {
          ...planted,
          stop: async () => {
            await planted.stop?.();
            await proxy.stop();
          },
        };
      },
    },
    {
      name: 'the HTTP proxy that should lead to the secret store is down',
      code: 'vault.httpProxy',
      remedy: /http\.proxy/,
      plant: async (parts) => {
        const window = await vaultWindow(
          parts,
          { 'vault.address': 'https://vault.company.example', 'vault.path': 'secret/none' },
          { 'vault.token': 'canary-none' },
        );
        return { window: { ...window, editorProxy: `http://127.0.0.1:${await freePort()}` } };
      },
    },
  ];
}
