import type { TrackingServer } from '../../configuration/configuration.ts';
import { probeLocalProxy, proxyMessage } from '../../connection/probe-local-proxy.ts';
import type { LocalResponse } from '../../connection/probe-local-proxy.ts';
import { hasCode } from '../../problem.ts';
import { signInPage, signInRedirect } from '../../proxy/exchange/sign-in.ts';
import type { AskedFor } from '../../proxy/exchange/sign-in.ts';
import { throughTemporaryProxy } from '../diagnosis/temporary-proxy.ts';
import type { ServerCheckDependencies } from '../diagnosis/temporary-proxy.ts';

/** `server`: a browser can sign in there, or needs not to. `proxy`: it only knows tokens. */
export type BrowserWay = 'server' | 'proxy';

export type AskedServer = Pick<TrackingServer, 'origin' | 'basePath'>;

/** What a browser asks with, in place of a credential. */
const asBrowser = { name: 'Accept', value: 'text/html,application/xhtml+xml,*/*;q=0.8' };
/** What the UI asks first; there since MLflow 1.28, also as a GET. */
const uiCall = '/ajax-api/2.0/mlflow/experiments/search?max_results=1';

/** Asks for the UI without a credential, and where it is shown, for what it asks; `undefined`: the server does not tell. */
export async function askBrowserWay(
  server: AskedServer,
  dependencies: ServerCheckDependencies,
): Promise<BrowserWay | undefined> {
  return throughTemporaryProxy(server, dependencies, { header: asBrowser }, async ({ port, token }) => {
    const { basePath } = server;
    // The first page is at the end of every path, and no redirect from it would be to another.
    const asked = { origin: `http://127.0.0.1:${port}`, basePath, target: basePath + uiCall };
    const ask = async (path: string): Promise<Answer> => {
      const target = basePath + path;
      return judge(await probeLocalProxy(port, target, token), asked);
    };
    const shown = await ask('/');
    if (shown !== 'shown') return shown;
    const data = await ask(uiCall);
    return data === 'shown' ? 'server' : data;
  });
}

type Answer = BrowserWay | 'shown' | undefined;

/** Those that browsers meet with a dialog or by themselves (RFC 7617, 7616, 4559). */
const dialogs = /(?:^|,)\s*(?:basic|digest|negotiate|ntlm)\b/i;

function judge(response: LocalResponse, asked: AskedFor): Answer {
  if (response.kind !== 'response') return undefined;
  const { status, text, location, challenge = '' } = response;
  if (response.isOwn) {
    if (status !== 401) return undefined;
    // The local proxy tells a sign-in page from a mere refusal where the API was asked.
    return hasCode(proxyMessage(response) ?? '', 'upstream.rejected') ? 'proxy' : 'server';
  }
  if (status >= 300 && status < 400) {
    return location !== undefined && signInRedirect(location, asked) !== undefined ? 'server' : undefined;
  }
  if (signInPage(text) !== undefined) return 'server';
  if (status === 401) return dialogs.test(challenge) ? 'server' : 'proxy';
  if (status === 403) return 'proxy';
  return status >= 200 && status < 300 ? 'shown' : undefined;
}
