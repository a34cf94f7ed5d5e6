import assert from 'node:assert/strict';
import { httpProxyFor, httpProxyForPeople } from '../../../src/network/http-proxy.ts';
import type { HttpProxySettings } from '../../../src/network/http-proxy.ts';

const none: HttpProxySettings = { proxy: '', noProxy: [], isOff: false, environment: {} };
const proxy = 'http://proxy.company.com:3128';

describe('the HTTP proxy on the way to the tracking server', () => {
  const cases: [string, string, Partial<HttpProxySettings>, string | undefined][] = [
    ['nothing set', 'https://host', {}, undefined],
    ['the setting', 'https://host', { proxy }, proxy],
    ['the setting without a scheme', 'https://host', { proxy: 'proxy:3128' }, 'http://proxy:3128'],
    [
      'the setting beats the environment',
      'https://host',
      { proxy, environment: { HTTPS_PROXY: 'http://other' } },
      proxy,
    ],
    ['switched off', 'https://host', { proxy, isOff: true }, undefined],
    ['HTTPS_PROXY for https', 'https://host', { environment: { HTTPS_PROXY: proxy } }, proxy],
    ['https_proxy in lower case', 'https://host', { environment: { https_proxy: proxy } }, proxy],
    ['HTTPS_PROXY is not for http', 'http://host', { environment: { HTTPS_PROXY: proxy } }, undefined],
    ['ALL_PROXY', 'http://host', { environment: { ALL_PROXY: proxy } }, proxy],
    ['noProxy names the host', 'https://host', { proxy, noProxy: ['host'] }, undefined],
    ['noProxy names the domain', 'https://a.b.example', { proxy, noProxy: ['.b.example'] }, undefined],
    ['noProxy domain with a star', 'https://a.b.example', { proxy, noProxy: ['*.b.example'] }, undefined],
    ['noProxy is no mere suffix', 'https://evilb.example', { proxy, noProxy: ['b.example'] }, proxy],
    ['noProxy with another port', 'https://host:8443', { proxy, noProxy: ['host:443'] }, proxy],
    ['noProxy with this port', 'https://host', { proxy, noProxy: ['host:443'] }, undefined],
    ['NO_PROXY list', 'https://host', { proxy, environment: { NO_PROXY: '127.0.0.1, host' } }, undefined],
    ['NO_PROXY star', 'https://host', { proxy, environment: { no_proxy: '*' } }, undefined],
    ['an empty NO_PROXY', 'https://host', { proxy, environment: { NO_PROXY: '' } }, proxy],
  ];
  for (const [name, origin, settings, expected] of cases) {
    it(name, () => {
      assert.equal(httpProxyFor(origin, { ...none, ...settings }), expected);
    });
  }
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
