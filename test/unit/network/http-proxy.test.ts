import assert from 'node:assert/strict';
import {
  foreignProxyVariables,
  httpProxyForApproval,
  describeRoute,
  directBecause,
  httpProxyForPeople,
  httpProxyRoute,
} from '../../../src/network/http-proxy.ts';
import type { HttpProxySettings } from '../../../src/network/http-proxy.ts';

const none: HttpProxySettings = { proxy: '', noProxy: [], isOff: false, environment: {} };
const proxy = 'http://proxy.company.com:3128';
const other = 'http://other:3128';
const setting = [proxy, 'http.proxy'] as const;

/** The proxy and what names it; or what keeps the server off one. */
type Expected = readonly [string, string] | string | undefined;

function used(origin: string, settings: Partial<HttpProxySettings>): Expected {
  const route = httpProxyRoute(origin, { ...none, ...settings });
  return route.proxy === undefined ? route.exemptedBy : [route.proxy.url, route.proxy.from];
}

// What Python's requests takes of the variables is compared with requests itself, in the contract suite.
describe('The HTTP proxy on the way to the tracking server', () => {
  const rows: readonly (readonly [string, string, Partial<HttpProxySettings>, Expected])[] = [
    ['nothing set', 'https://host', {}, undefined],
    ['the setting', 'https://host', { proxy }, setting],
    [
      'the setting without a scheme',
      'https://host',
      { proxy: 'proxy:3128' },
      ['http://proxy:3128', 'http.proxy'],
    ],
    [
      'a variable beats the setting, as Python reads variables only',
      'https://host',
      { proxy, environment: { HTTPS_PROXY: other } },
      [other, 'HTTPS_PROXY'],
    ],
    [
      'the setting where no variable is for the scheme',
      'https://host',
      { proxy, environment: { HTTP_PROXY: other } },
      setting,
    ],
    ['switched off in the editor', 'https://host', { proxy, isOff: true }, undefined],
    [
      'switched off in the editor, which Python does not know',
      'https://host',
      { isOff: true, environment: { https_proxy: proxy } },
      [proxy, 'https_proxy'],
    ],
    ['the setting is not for this machine', 'http://localhost:5000', { proxy }, undefined],
    [
      'a variable is, as Python reads it',
      'http://localhost:5000',
      { environment: { HTTP_PROXY: proxy } },
      [proxy, 'HTTP_PROXY'],
    ],
    ['NO_PROXY names the host', 'https://host', { proxy, environment: { NO_PROXY: 'a, host' } }, 'NO_PROXY'],
    [
      'NO_PROXY counts beside http.noProxy',
      'https://host',
      { proxy, noProxy: ['a'], environment: { NO_PROXY: 'host' } },
      'NO_PROXY',
    ],
    ['no_proxy star', 'https://host', { proxy, environment: { no_proxy: '*' } }, 'no_proxy'],
    ['an empty NO_PROXY', 'https://host', { proxy, environment: { NO_PROXY: '' } }, setting],
    ['http.noProxy names the host', 'https://host', { proxy, noProxy: ['host'] }, 'http.noProxy'],
    [
      'http.noProxy beats a variable',
      'https://host',
      { noProxy: ['host'], environment: { HTTPS_PROXY: other } },
      'http.noProxy',
    ],
    ['http.noProxy star', 'https://host', { proxy, noProxy: ['*'] }, 'http.noProxy'],
    [
      'http.noProxy names the domain',
      'https://a.b.example',
      { proxy, noProxy: ['.b.example'] },
      'http.noProxy',
    ],
    [
      'http.noProxy domain with a star',
      'https://a.b.example',
      { proxy, noProxy: ['*.b.example'] },
      'http.noProxy',
    ],
    ['http.noProxy is no mere suffix', 'https://evilb.example', { proxy, noProxy: ['b.example'] }, setting],
    ['http.noProxy with another port', 'https://host:8443', { proxy, noProxy: ['host:443'] }, setting],
    ['http.noProxy with this port', 'https://host', { proxy, noProxy: ['host:443'] }, 'http.noProxy'],
    ['http.noProxy with a range', 'http://10.1.2.3:5000', { proxy, noProxy: ['10.0.0.0/8'] }, 'http.noProxy'],
    ['http.noProxy with another range', 'http://10.1.2.3:5000', { proxy, noProxy: ['10.2.0.0/16'] }, setting],
    [
      'http.noProxy with an IPv6 address',
      'http://[fd00::1]:5000',
      { proxy, noProxy: ['fd00::1'] },
      'http.noProxy',
    ],
  ];
  for (const [name, origin, settings, expected] of rows) {
    it(name, () => assert.deepEqual(used(origin, settings), expected));
  }

  it('is told with what named it, and with what Python on its own would do instead', () => {
    const told = (settings: Partial<HttpProxySettings>): string =>
      describeRoute(httpProxyRoute('https://host', { ...none, ...settings }));
    assert.equal(told({}), 'none');
    assert.equal(
      told({ environment: { https_proxy: 'http://ada:canary-p@proxy:1' } }),
      'http://proxy:1 (from https_proxy)',
    );
    assert.equal(told({ environment: { HTTPS_PROXY: proxy, NO_PROXY: '*' } }), 'none (excluded by NO_PROXY)');
    assert.equal(told({ proxy }), `${proxy} (from http.proxy); Python on its own would use: none`);
    assert.equal(
      told({ noProxy: ['host'], environment: { ALL_PROXY: proxy } }),
      `none (excluded by http.noProxy); Python on its own would use: ${proxy} (from ALL_PROXY)`,
    );
  });
});

describe('Why no HTTP proxy is used', () => {
  const rows: readonly (readonly [string, Partial<HttpProxySettings>, RegExp | undefined])[] = [
    ['nothing is said where none is named', {}, undefined],
    ['nothing is said where one is used', { proxy }, undefined],
    [
      'nothing is said of a variable that excludes what has no proxy',
      { environment: { NO_PROXY: '*' } },
      undefined,
    ],
    [
      'a variable excludes the server from that of a variable',
      { environment: { HTTPS_PROXY: other, NO_PROXY: 'host' } },
      /of HTTPS_PROXY is not used, because NO_PROXY excludes/,
    ],
    [
      'a variable excludes the server from that of the setting',
      { proxy, environment: { no_proxy: 'host' } },
      /of http\.proxy is not used, because no_proxy excludes/,
    ],
    [
      'the setting excludes the server',
      { noProxy: ['host'], environment: { ALL_PROXY: proxy } },
      /of ALL_PROXY is not used, because http\.noProxy excludes/,
    ],
    [
      'it is set for another machine',
      { elsewhere: 'http://127.0.0.1:3128' },
      /settings of the remote machine/,
    ],
  ];
  for (const [name, settings, expected] of rows) {
    it(name, () => {
      const words = directBecause(httpProxyRoute('https://host', { ...none, ...settings }));
      if (expected === undefined) assert.equal(words, undefined);
      else assert.match(words ?? '', expected);
    });
  }

  it('is told by a diagnosis, too', () => {
    const route = httpProxyRoute('https://host', { ...none, elsewhere: 'http://127.0.0.1:3128' });
    assert.match(describeRoute(route), /^none\. .*settings of the remote machine/);
  });
});

describe('an HTTP proxy as people see it', () => {
  const rows: [string, string][] = [
    ['http://proxy.company.com:3128', 'http://proxy.company.com:3128'],
    ['http://ada:canary-p@proxy.company.com:3128/', 'http://proxy.company.com:3128'],
    ['http://ada:canary-p@proxy.company.com:3128/?x=canary-p#canary-p', 'http://proxy.company.com:3128'],
    ['http://ada:canary p@:proxy.company.com:99999', 'an address that cannot be parsed'],
    ['http://ada:canary-p@proxy.company.com:99999', 'proxy.company.com:99999'],
    ['http://ada:12/canary-p@proxy.company.com:3128/', 'proxy.company.com:3128'],
    ['http://ada:1@canary/p@proxy.company.com', 'proxy.company.com'],
    ['http://ada:canary@p@PROXY.company.com', 'http://proxy.company.com'],
    ['http://ada:12#canary-p@[::1]:3128', 'an address that cannot be parsed'],
    ['http://ada:canary-p@proxy company', 'an address that cannot be parsed'],
    ['http://ada:canary-p%@[proxy.company.com', 'an address that cannot be parsed'],
    ['http://ada:canary-p', 'an address that cannot be parsed'],
    ['ada:canary-p', 'an address that cannot be parsed'],
    ['ada://canary-p', 'an address that cannot be parsed'],
    ['http://:canary-p@', 'an address that cannot be parsed'],
    ['', 'an address that cannot be parsed'],
  ];
  for (const [proxy, shown] of rows) {
    // The search for secrets in what a run wrote must not find the word in a title.
    const title = JSON.stringify(proxy).replaceAll('canary', '…');
    it(`${title} is ${shown}`, () => assert.equal(httpProxyForPeople(proxy), shown));
  }
});

describe('An HTTP proxy that is to be approved', () => {
  it('is named by its scheme, host and port', () => {
    for (const [proxy, shown] of [
      ['http://proxy.company.com:3128', 'http://proxy.company.com:3128'],
      ['HTTPS://ada:canary-password@Proxy.Company.com/', 'https://proxy.company.com'],
      ['http://[::1]:3128', 'http://[::1]:3128'],
      ['socks5://proxy.company.com:1080', 'socks5://proxy.company.com:1080'],
    ] as const) {
      assert.equal(httpProxyForApproval(proxy), shown);
    }
  });

  it('names no host that only looks like the one that is asked, and is another than every other', () => {
    const odd = [
      ...['http://evil.example/@proxy.company.com', 'http://evil.example/x@proxy.company.com'],
      ...['http://evil.example?@proxy.company.com', 'http://evil.example#@proxy.company.com:3128'],
      ...[String.raw`http://evil.example\@proxy.company.com`, 'http://evil.example;@proxy.company.com'],
      ...['http://proxy.company.com; PROXY evil.example:3128', 'http://evil.example @proxy.company.com'],
      ...[
        'http://a:canary@b@proxy.company.com',
        'evil.example:3128',
        'ftp://evil.example',
        'http:evil.example',
      ],
      ...['http://proxy.company.com\u3002evil.example', 'http://'],
    ];
    const shown = odd.map(httpProxyForApproval);
    for (const text of shown) assert.match(text, /^an address that cannot be parsed \([\w-]{22}\)$/);
    assert.equal(new Set(shown).size, odd.length);
    assert.notEqual(
      httpProxyForApproval('socks5://proxy.company.com:1080'),
      httpProxyForApproval('socks5://evil.example:1080'),
    );
  });

  it('is each that a variable names and the user’s own environment does not, whatever the variable', () => {
    const own = { HTTPS_PROXY: proxy, NO_PROXY: '*' };
    assert.deepEqual(foreignProxyVariables(own, own), []);
    assert.deepEqual(foreignProxyVariables({ ...own, https_proxy: proxy, NO_PROXY: '' }, own), []);
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])
      assert.deepEqual(foreignProxyVariables({ ...own, [name]: 'other:3128' }, own), [other]);
    assert.deepEqual(foreignProxyVariables(own, {}), [proxy]);
  });
});
