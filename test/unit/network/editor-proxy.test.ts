import assert from 'node:assert/strict';
import { createProxyResolver } from '@vscode/proxy-agent';
import type { ProxyAgentParams } from '@vscode/proxy-agent';
import { editorProxyFor } from '../../../src/network/editor-proxy.ts';
import type { EditorProxySettings } from '../../../src/network/editor-proxy.ts';

const none: EditorProxySettings = { proxy: '', noProxy: [], isOff: false, environment: {} };
const proxy = 'http://proxy.company.com:3128';
const other = 'http://someone:secret@other:3128';

/** By the editor's own package: `PROXY host:port`. */
async function byEditor(url: string, settings: EditorProxySettings): Promise<string | undefined> {
  const { proxy: setting, noProxy, environment } = settings;
  const log = Object.fromEntries(
    ['trace', 'debug', 'info', 'warn', 'error'].map((level) => [level, () => undefined]),
  );
  const params = {
    getProxyURL: () => setting,
    getNoProxyConfig: () => [...noProxy],
    env: environment,
    log,
    addCertificatesV1: () => false,
    loadSystemCertificatesFromNode: () => false,
    isUseHostProxyEnabled: () => false,
    proxyResolveTelemetry: () => undefined,
  };
  const { resolveProxyURL } = createProxyResolver(params as unknown as ProxyAgentParams);
  return resolveProxyURL(url);
}

describe('The HTTP proxy on the way to a secret store, without the editor', () => {
  const url = 'https://vault.company.com:8200';
  const rows: readonly (readonly [string, string, Partial<EditorProxySettings>])[] = [
    ['nothing is set', url, {}],
    ['the setting is', url, { proxy }],
    ['the setting has no scheme', url, { proxy: 'proxy:3128' }],
    ['a variable is', url, { environment: { HTTPS_PROXY: other } }],
    ['the setting is, and a variable', url, { proxy, environment: { https_proxy: other } }],
    ['only the variable for http is', url, { environment: { HTTP_PROXY: other } }],
    ['the store has no TLS', 'http://vault.company.com:8200', { environment: { HTTPS_PROXY: other } }],
    ['the store is on this machine', 'http://localhost:8200', { proxy }],
    ['the setting excludes a domain', url, { proxy, noProxy: ['company.com'] }],
    ['the setting excludes another port', url, { proxy, noProxy: ['company.com:443'] }],
    ['the setting excludes all', url, { proxy, noProxy: ['*'] }],
    ['a variable excludes it', url, { proxy, environment: { NO_PROXY: 'other, .company.com' } }],
    ['both exclude', url, { proxy, noProxy: ['other'], environment: { no_proxy: 'company.com' } }],
    ['the end of a name is the same', 'https://mycompany.com', { proxy, noProxy: ['company.com'] }],
  ];

  for (const [when, target, changes] of rows) {
    it(`is the editor's where ${when}`, async () => {
      const settings = { ...none, ...changes };
      const found = editorProxyFor(new URL(target), settings);
      assert.equal(found?.href, (await byEditor(target, settings))?.replace(/\/?$/, '/'));
    });
  }

  it('is none where the editor uses none, and no other one where it is no HTTP proxy', () => {
    assert.equal(editorProxyFor(new URL(url), { ...none, proxy, isOff: true }), undefined);
    assert.equal(editorProxyFor(new URL(url), { ...none, proxy: 'socks5://proxy:1080' }), null);
  });
});
