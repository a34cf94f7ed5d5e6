import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { httpProxyRoute } from '../../../src/network/http-proxy.ts';
import { pythonRoute } from '../../../src/network/python-proxies.ts';
import { Random } from '../../support/random.ts';
import { makeCertificates } from '../../support/servers/certificates.ts';
import type { Certificates } from '../../support/servers/certificates.ts';
import { startCorporateProxy } from '../../support/servers/corporate-proxy.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { TestProxy, upstreamSecret } from '../proxy/test-proxy.ts';
import { askRequests } from './requests-routes.ts';
import type { RequestsCase } from './requests-routes.ts';

const hosts = [
  'mlflow.company.example',
  'company.example',
  'evilcompany.example',
  'localhost',
  '127.0.0.1',
  '10.1.2.3',
  '192.168.255.1',
  '[::1]',
  '[fd00::1]',
];
const ports = ['', ':5000', ':8443'];
const proxies = [
  '',
  'http://proxy.company.example:3128',
  'https://ada:canary-p%40ss@proxy.company.example',
  'proxy.company.example:8080',
  'socks5h://127.0.0.1:1080',
];
const entries = [
  ...[
    'mlflow.company.example',
    '.company.example',
    '..company.example',
    'company.example',
    '*.company.example',
  ],
  ...[
    'COMPANY.example',
    'mlflow.company.example:5000',
    'company.example:8443',
    '*',
    '.',
    'localhost',
    '127.0.0.1',
  ],
  ...['10.1.2.3', '10.0.0.0/8', '10.1.2.0/24', '10/8', '10.1/16', '0xa.0.0.0/8', '10.1.2.3/32', '10.0.0.0/0'],
  ...['10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/+8', '10.0.0.0/x', '010.0.0.0/8', '0.0.0.0/1', '08.0.0.0/8'],
  ...['192.168.0.0/16', '2.3', '::1', '[::1]', '[::1]:5000', 'fd00::1', 'fd00::/8', ':', ''],
];
const separators = [',', ', ', ' , ', ' ', ',,', '\t', ',\n'];
const proxyNames = [
  'http_proxy',
  'HTTP_PROXY',
  'Http_Proxy',
  'https_proxy',
  'HTTPS_PROXY',
  'all_proxy',
  'ALL_PROXY',
];
const noProxyNames = ['no_proxy', 'NO_PROXY', 'No_Proxy'];

function someCase(random: Random): RequestsCase {
  const environment: Record<string, string> = {};
  for (const name of proxyNames) if (random.chance(0.35)) environment[name] = random.pick(proxies);
  for (const name of noProxyNames) {
    if (!random.chance(0.4)) continue;
    const list = Array.from({ length: random.below(4) }, () => random.pick(entries));
    environment[name] = list.join(random.pick(separators));
  }
  if (random.chance(0.03)) environment['REQUEST_METHOD'] = 'GET';
  return {
    url: `${random.pick(['http', 'https'])}://${random.pick(hosts)}${random.pick(ports)}/api`,
    environment,
  };
}

describe('The way to the tracking server, beside the one of Python’s requests in the same environment,', function () {
  this.timeout(120_000);

  it('is through the same HTTP proxy, or none, in 10,000 environments', async () => {
    const random = new Random(20_260_112);
    const cases = Array.from({ length: 10_000 }, () => someCase(random));
    const answers = await askRequests(cases);
    let proxied = 0;
    for (const [index, { url, environment }] of cases.entries()) {
      const { proxy } = pythonRoute(new URL(url), environment);
      const theirs = answers[index]?.proxy ?? undefined;
      const expected = theirs === undefined || theirs.includes('://') ? theirs : `http://${theirs}`;
      assert.equal(proxy?.url, expected, JSON.stringify({ url, environment }));
      if (proxy !== undefined) proxied += 1;
    }
    assert.ok(proxied > 2000 && proxied < 8000, `${proxied} of them through a proxy`);
  });

  describe('end to end', () => {
    const name = 'mlflow.company.example';
    let certificates: Certificates;
    let bundle: string;
    const servers: ReturnType<typeof createServer>[] = [];
    const respond = ({ headers }: IncomingMessage, response: ServerResponse): void => {
      response.end(headers.authorization === `Bearer ${upstreamSecret}` ? 'let in' : 'not let in');
    };
    let plainPort: number;
    let tlsPort: number;

    before(async () => {
      const folder = await runFolder('http-proxies');
      certificates = await makeCertificates(folder, [name, 'localhost', '127.0.0.1']);
      bundle = join(folder, 'bundle.pem');
      await writeFile(bundle, certificates.ca);
      const plain = createServer(respond);
      const tls = createTlsServer({ cert: certificates.cert, key: certificates.key }, respond);
      servers.push(plain, tls);
      for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
      [plainPort, tlsPort] = servers.map((server) => (server.address() as AddressInfo).port) as [
        number,
        number,
      ];
    });
    after(() => {
      for (const server of servers) server.close();
    });

    const signIn = { user: 'ada', password: 'canary-p@ss' };
    /** Variables; a name in capitals stands for the proxy's address, with user and password or without. */
    interface Row {
      readonly what: string;
      readonly origin: () => string;
      readonly environment: (proxy: string) => Readonly<Record<string, string>>;
      readonly expected: 'tunnel' | 'forwarded' | 'direct' | 'signInDemanded';
    }
    const withUser = (proxy: string): string => proxy.replace('://', '://ada:canary-p%40ss@');
    const rows: readonly Row[] = [
      {
        what: 'a tunnel with HTTPS_PROXY and a user',
        origin: () => `https://${name}`,
        environment: (proxy) => ({ HTTPS_PROXY: withUser(proxy) }),
        expected: 'tunnel',
      },
      {
        what: 'a tunnel with all_proxy',
        origin: () => `https://${name}`,
        environment: (proxy) => ({ all_proxy: withUser(proxy), http_proxy: 'http://127.0.0.1:9' }),
        expected: 'tunnel',
      },
      {
        what: 'the whole address for a server without TLS, on any port, with http_proxy before HTTP_PROXY',
        origin: () => `http://${name}:5000`,
        environment: (proxy) => ({ http_proxy: withUser(proxy), HTTP_PROXY: 'http://127.0.0.1:9' }),
        expected: 'forwarded',
      },
      {
        what: 'no proxy for an address in a range of NO_PROXY',
        origin: () => `http://127.0.0.1:${plainPort}`,
        environment: (proxy) => ({ HTTP_PROXY: withUser(proxy), NO_PROXY: '10.0.0.0/8,127.0.0.0/8' }),
        expected: 'direct',
      },
      {
        what: 'no proxy for a host and port of no_proxy',
        origin: () => `https://localhost:${tlsPort}`,
        environment: (proxy) => ({ HTTPS_PROXY: withUser(proxy), no_proxy: `localhost:${tlsPort}` }),
        expected: 'direct',
      },
      {
        what: 'the demand of a tunnel’s proxy for a sign-in',
        origin: () => `https://${name}`,
        environment: (proxy) => ({ HTTPS_PROXY: proxy }),
        expected: 'signInDemanded',
      },
      {
        what: 'the demand of a forwarding proxy for a sign-in',
        origin: () => `http://${name}:5000`,
        environment: (proxy) => ({ HTTP_PROXY: proxy }),
        expected: 'signInDemanded',
      },
    ];

    for (const { what, origin, environment, expected } of rows) {
      it(`takes ${what}`, async () => {
        const seen: string[] = [];
        for (const way of ['python', 'us'] as const) {
          const corporate = await startCorporateProxy({
            hosts: { [`${name}:443`]: tlsPort, [`${name}:5000`]: plainPort },
            signIn,
          });
          const variables = environment(corporate.url);
          try {
            const text =
              way === 'python' ? await direct(origin(), variables) : await through(origin(), variables);
            if (expected === 'signInDemanded') assert.equal(corporate.refused, 1);
            else assert.match(text, /(?<!not )let in/);
            seen.push(
              corporate.refused > 0
                ? 'signInDemanded'
                : corporate.tunnels.size > 0
                  ? 'tunnel'
                  : corporate.forwarded.size > 0
                    ? 'forwarded'
                    : 'direct',
            );
            if (way === 'us' && expected === 'signInDemanded') {
              assert.match(text, /the HTTP proxy requires a sign-in.*into HTTPS?_PROXY/);
            }
          } finally {
            await corporate.stop();
          }
        }
        assert.deepEqual(seen, [expected, expected]);
      });
    }

    async function direct(origin: string, environment: Readonly<Record<string, string>>): Promise<string> {
      const headers = { Authorization: `Bearer ${upstreamSecret}` };
      const own = { ...environment, REQUESTS_CA_BUNDLE: bundle };
      const [answer] = await askRequests([{ url: `${origin}/api/x`, environment: own, get: true, headers }]);
      return JSON.stringify(answer);
    }

    async function through(origin: string, environment: Readonly<Record<string, string>>): Promise<string> {
      const { proxy: httpProxy } = httpProxyRoute(origin, {
        proxy: '',
        noProxy: [],
        isOff: false,
        environment,
      });
      const proxy = await TestProxy.start({ origin, httpProxy, extraCertificates: [certificates.ca] });
      try {
        return await proxy.get('/api/x');
      } finally {
        await proxy.dispose();
      }
    }
  });
});
