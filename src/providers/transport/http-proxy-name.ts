import { editorProxyVariables } from '../../network/editor-proxy.ts';
import type { SourceContext } from '../source.ts';

/** What SDKs and systems read beside the editor's variables. */
const otherVariables = ['all_proxy', 'ALL_PROXY'];

/**
 * What names the HTTP proxy through which secret stores are asked, for people. `undefined`: only the system can, or something
 * responds unasked.
 */
export function httpProxyName({
  environment,
  isHttpProxySet,
}: Pick<SourceContext, 'environment' | 'isHttpProxySet'>): string | undefined {
  if (isHttpProxySet?.() === true) return 'http.proxy';
  return [...editorProxyVariables.proxy, ...otherVariables].find((name) => Boolean(environment[name]));
}
