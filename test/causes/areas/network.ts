import { createServer } from 'node:http';
import { freePort } from '../../support/servers/child.ts';
import { startCorporateProxy } from '../../support/servers/corporate-proxy.ts';
import { startNginx } from '../../support/servers/nginx.ts';
import { onLoopback } from '../../support/servers/on-loopback.ts';
import type { OnLoopback } from '../../support/servers/on-loopback.ts';
import { passOn } from '../../support/servers/pass-on.ts';
import type { Cause, Planted } from '../cause.ts';
import type { Parts } from '../parts.ts';
import { saying } from '../scene/doubles.ts';
import { Front } from '../scene/front.ts';
import { Stops } from '../scene/stops.ts';
import { secretIn } from '../scene/vault.ts';
import { entered, newName, ours, storedWindow, vaultWindow } from '../scene/windows.ts';
import { canHaveOwnHosts } from '../window/cause-window.ts';
import type { CauseWindow } from '../window/cause-window.ts';

const companyHost = 'mlflow.company.example';
const companyTarget = `${companyHost}:443`;

/** MLflow by a name that only the company's HTTP proxy resolves. */
async function behindProxy(
  parts: Parts,
  httpProxy: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Omit<Planted, 'mend'> & { readonly stops: Stops; readonly hosts: Record<string, number> }> {
  const certificates = await parts.certificatesFor(newName(), [companyHost]);
  const stops = new Stops();
  const gateway = stops.add(
    await startNginx({
      folder: await parts.folder(newName()),
      server: await parts.toMlflow(),
      tls: certificates,
    }),
  );
  const window = await storedWindow(parts, {
    trackingUri: `https://${companyHost}`,
    'tls.caFile': certificates.caFile,
  });
  return {
    stops,
    hosts: { [companyTarget]: gateway.port },
    window: { ...window, settings: { ...window.settings, 'http.proxy': httpProxy }, environment },
    stop: async () => stops.stop(),
  };
}

/** Of a company whose proxy takes Windows sign-ins only (RFC 4559). */
async function negotiatingProxyDouble(): Promise<OnLoopback> {
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

/** MLflow by a name that resolves once somebody says where it is. */
async function withoutVpn(parts: Parts): Promise<Planted> {
  const certificates = await parts.certificatesFor(newName(), [companyHost, '127.0.0.1']);
  const { caFile } = certificates;
  const folder = await parts.folder(newName());
  const gateway = await startNginx({ folder, server: await parts.toMlflow(), tls: certificates });
  const at = (host: string): string => `https://${host}:${gateway.port}`;
  const window = await storedWindow(parts, { trackingUri: at(companyHost), 'tls.caFile': caFile });
  const stop = async (): Promise<void> => gateway.stop();
  if (!canHaveOwnHosts()) {
    const act = async (one: CauseWindow): Promise<void> =>
      one.changeSettings(ours({ trackingUri: at('127.0.0.1') }), entered);
    return {
      window,
      stop,
      mend: { because: 'no window can have a hosts file of its own on this system', act },
    };
  }
  return {
    window: { ...window, hosts: '127.0.0.1 localhost\n' },
    stop,
    mend: async (one) => one.addHosts(`127.0.0.1 ${companyHost}\n`),
  };
}

/** A double of a proxy that answers requests without a tunnel like this; the server is asked over http. */
async function forwardingProxyDouble(
  parts: Parts,
  status: number,
  headers: Readonly<Record<string, string>>,
): Promise<Planted> {
  const stops = new Stops();
  const page = '<!doctype html><title>ERROR: The requested URL could not be retrieved</title>';
  const double = stops.add(
    await onLoopback(saying(status, { 'content-type': 'text/html', ...headers }, page)),
  );
  const front = stops.add(await Front.open({ leadsTo: Number(new URL(double.url).port) }));
  const hosts = { [`${companyHost}:80`]: (await parts.gateway()).port };
  const good = stops.add(await startCorporateProxy({ hosts }));
  const window = await storedWindow(parts, { trackingUri: `http://${companyHost}` });
  return {
    window: { ...window, settings: { ...window.settings, 'http.proxy': `http://127.0.0.1:${front.port}` } },
    mend: async () => front.become({ leadsTo: good.port }),
    stop: async () => stops.stop(),
  };
}

export function networkCauses(): readonly Cause[] {
  return [
    {
      name: 'the host name of the tracking server does not resolve, as without the VPN',
      code: 'upstream.dns',
      remedy: /VPN/,
      plant: withoutVpn,
    },
    {
      name: 'a firewall drops what is sent to the tracking server',
      code: 'upstream.timeout',
      remedy: /firewall/,
      plant: async (parts) => {
        const front = await Front.open('silent');
        const certificates = await parts.certificates();
        const folder = await parts.folder(newName());
        const server = await parts.toMlflow();
        const gateway = await startNginx({ folder, server, tls: certificates });
        return {
          window: await storedWindow(parts, {
            trackingUri: `https://127.0.0.1:${front.port}`,
            'tls.caFile': certificates.caFile,
          }),
          mend: async () => front.become({ leadsTo: gateway.port }),
          stop: async () => {
            await front.stop();
            await gateway.stop();
          },
        };
      },
    },
    {
      name: 'the company’s HTTP proxy is down',
      code: 'upstream.httpProxyDown',
      remedy: /http\.proxy/,
      plant: async (parts) => {
        const port = await freePort();
        const planted = await behindProxy(parts, `http://127.0.0.1:${port}`);
        const { hosts, stops } = planted;
        return { ...planted, mend: async () => stops.add(await startCorporateProxy({ hosts, port })) };
      },
    },
    {
      name: 'the HTTP proxy asks for a user and a password',
      code: 'upstream.httpProxySignIn',
      remedy: /http\.proxy/,
      plant: async (parts) => {
        const signIn = { user: 'ada', password: 'canary-proxy' };
        const port = await freePort();
        const planted = await behindProxy(parts, `http://127.0.0.1:${port}`);
        const { hosts, stops } = planted;
        stops.add(await startCorporateProxy({ hosts, signIn, port }));
        const withSignIn = `http://${signIn.user}:${signIn.password}@127.0.0.1:${port}`;
        return { ...planted, mend: async (window) => window.changeSettings({ 'http.proxy': withSignIn }) };
      },
    },
    {
      name: 'the HTTP proxy (a double) takes Windows sign-ins only, by Negotiate',
      code: 'upstream.httpProxyNegotiate',
      remedy: /Negotiate|Kerberos|Windows/,
      plant: async (parts) => {
        const proxy = await negotiatingProxyDouble();
        const planted = await behindProxy(parts, proxy.url);
        const { hosts, stops } = planted;
        stops.add(proxy);
        return {
          ...planted,
          // A program of this machine that signs in to it, as the sentence advises.
          mend: async (window) => {
            const relay = stops.add(await startCorporateProxy({ hosts }));
            await window.changeSettings({ 'http.proxy': relay.url });
          },
        };
      },
    },
    {
      name: 'the HTTP proxy (a double) takes Windows sign-ins only, and the server is asked over http',
      code: 'upstream.httpProxyNegotiate',
      remedy: /Negotiate|Kerberos|Windows/,
      plant: async (parts) => forwardingProxyDouble(parts, 407, { 'proxy-authenticate': 'Negotiate' }),
    },
    {
      name: 'the HTTP proxy (a double, with a page of Squid) denies the tracking server, which is asked over http',
      code: 'upstream.httpProxyRefused',
      remedy: /http\.proxy and http\.noProxy/,
      plant: async (parts) => forwardingProxyDouble(parts, 403, { 'x-squid-error': 'ERR_ACCESS_DENIED 0' }),
    },
    {
      name: 'the HTTP proxy (a double, with a page of Squid) does not find the tracking server, which is asked over http',
      code: 'upstream.httpProxyRefused',
      remedy: /http\.proxy and http\.noProxy/,
      plant: async (parts) => forwardingProxyDouble(parts, 503, { 'x-squid-error': 'ERR_DNS_FAIL 0' }),
    },
    {
      name: 'the HTTP proxy does not let anybody through to the tracking server',
      code: 'upstream.httpProxyRefused',
      remedy: /http\.proxy and http\.noProxy/,
      plant: async (parts) => {
        const port = await freePort();
        const planted = await behindProxy(parts, `http://127.0.0.1:${port}`);
        const { hosts, stops } = planted;
        const strict = await startCorporateProxy({ hosts: {}, port });
        stops.add(strict);
        return {
          ...planted,
          // Its administrator lets this server through.
          mend: async () => {
            await strict.stop();
            stops.add(await startCorporateProxy({ hosts, port }));
          },
        };
      },
    },
    {
      name: 'NO_PROXY names the tracking server, which only the HTTP proxy reaches',
      code: 'upstream.dns',
      remedy: /NO_PROXY excludes/,
      plant: async (parts) => {
        const port = await freePort();
        const variables = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
        const planted = await behindProxy(parts, '', { ...variables, NO_PROXY: `.${companyHost}` });
        const { hosts, stops, window } = planted;
        stops.add(await startCorporateProxy({ hosts, port }));
        return {
          ...planted,
          mend: {
            because: 'VS Code has the environment variables with which it was started',
            act: { reopen: { ...window, environment: variables } },
          },
        };
      },
    },
    {
      name: 'a remote window has no HTTP proxy, because http.proxy is set for the laptop',
      code: 'upstream.dns',
      remedy: /http\.proxy .*settings of the remote machine/,
      plant: async (parts) => {
        const port = await freePort();
        const planted = await behindProxy(parts, `http://127.0.0.1:${port}`);
        const { hosts, stops, window } = planted;
        stops.add(await startCorporateProxy({ hosts, port }));
        return {
          ...planted,
          window: { ...window, remoteName: 'ssh-remote' },
          mend: async (one) => one.changeRemoteSettings({ 'http.proxy': `http://127.0.0.1:${port}` }),
        };
      },
    },
    {
      name: 'the HTTP proxy that should lead to the secret store is down, as the laptop’s in a remote window',
      code: 'vault.httpProxy',
      remedy: /http\.proxy/,
      plant: async (parts) => {
        const host = 'vault.company.example';
        const certificates = await parts.certificatesFor(newName(), [host]);
        const bao = await parts.bao();
        const front = await passOn(0, Number(new URL(bao.address).port), certificates);
        const { settings, entered: token } = await secretIn(bao);
        const elsewhere = {
          ...settings,
          'vault.address': `https://${host}`,
          'tls.caFile': certificates.caFile,
        };
        const window = await vaultWindow(parts, elsewhere, token);
        const port = await freePort();
        const stops = new Stops();
        stops.add(front);
        return {
          window: { ...window, editorProxy: `http://127.0.0.1:${port}` },
          mend: async () =>
            stops.add(await startCorporateProxy({ hosts: { [`${host}:443`]: front.port }, port })),
          stop: async () => stops.stop(),
        };
      },
    },
  ];
}
