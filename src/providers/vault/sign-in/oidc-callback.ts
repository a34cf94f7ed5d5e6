import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as l10n from '@vscode/l10n';

/** The port of Vault's own command line, which its roles usually allow as redirect. */
const defaultPort = 8250;

/** Where the identity provider sends the browser back to; listens until it is disposed. */
export interface OidcCallback extends AsyncDisposable {
  readonly redirectUri: string;
  /** Resolves with the code of the visit that carries this state; `undefined` when that visit has none. */
  code(state: string): Promise<string | undefined>;
}

export async function listenForCallback(): Promise<OidcCallback> {
  const visits: URLSearchParams[] = [];
  let onVisit = (): void => undefined;
  const server = createServer((request, response) => {
    // Anybody on this machine may ask for what is no URL, such as `//`.
    const url = URL.parse(request.url ?? '', 'http://localhost');
    const isCallback = request.method === 'GET' && url?.pathname === '/oidc/callback';
    response.writeHead(isCallback ? 200 : 404, {
      'content-type': 'text/plain; charset=utf-8',
      connection: 'close',
    });
    response.end(
      isCallback ? l10n.t('Signed in. You can close this page and return to VS Code.') : l10n.t('Not found.'),
    );
    if (!isCallback) return;
    visits.push(url.searchParams);
    onVisit();
  });
  const listen = async (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(defaultPort).catch(async () => listen(0));
  const { port } = server.address() as AddressInfo;
  return {
    redirectUri: `http://localhost:${port}/oidc/callback`,
    code: async (state) =>
      new Promise((resolve) => {
        // A visit with another state is somebody else's and is ignored.
        onVisit = () => {
          const visit = visits.find((candidate) => candidate.get('state') === state);
          if (visit) resolve(visit.get('code') || undefined);
        };
        onVisit();
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
