import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { createHttpPatch } from '@vscode/proxy-agent';
import type { ProxyAgentParams, ProxySupportSetting, ResolveProxyWithRequest } from '@vscode/proxy-agent';

/**
 * Patches `http` and `https` of this process as the editor does in its extension host, with the editor's own package.
 * `proxy` is what `http.proxy` says, `support` what `http.proxySupport` says. Call the result to undo it.
 */
export function patchAsEditor(proxy: string, support: ProxySupportSetting = 'override'): () => void {
  const params: Pick<ProxyAgentParams, 'getProxySupport' | 'addCertificatesV1'> = {
    getProxySupport: () => support,
    // Of the system; what is tested here is in none of them.
    addCertificatesV1: () => false,
  };
  const { host } = new URL(proxy);
  const resolve: ResolveProxyWithRequest = ({ useProxySettings }, _request, _options, url, callback) => {
    const isLocal = ['localhost', '127.0.0.1'].includes(new URL(url).hostname);
    callback(useProxySettings && !isLocal ? `PROXY ${host}` : 'DIRECT');
  };
  const saved = [http, https].map((module) => ({
    module,
    own: { get: module.get, request: module.request },
  }));
  for (const { module } of saved) {
    Object.assign(module, createHttpPatch(params as ProxyAgentParams, { ...module }, resolve));
  }
  syncBuiltinESMExports();
  return () => {
    for (const { module, own } of saved) Object.assign(module, own);
    syncBuiltinESMExports();
  };
}
