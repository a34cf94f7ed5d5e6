import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { abortable } from '../../transport/abortable.ts';
import { fields, textField } from '../answer.ts';
import type { VaultAnswer } from '../client.ts';
import { serverProblem, vaultProblem } from '../problem.ts';
import type { SignInInput } from './sign-in.ts';

/** The port of Vault's own command line, which its roles usually allow as redirect. */
const defaultPort = 8250;

/**
 * Vault's OIDC sign-in: Vault makes the provider's address, the browser visits it, the provider sends the browser
 * back to this machine, and Vault changes the code for a token. Resolves to the login's answer.
 */
export async function signInWithBrowser(input: SignInInput, signal: AbortSignal): Promise<VaultAnswer> {
  const { client, configuration, context } = input;
  const mount = configuration.authMount ?? 'oidc';
  const nonce = randomBytes(20).toString('hex');
  await using callback = await listenForCallback();
  const asked = await client.call({
    method: 'POST',
    path: `auth/${mount}/oidc/auth_url`,
    body: { role: configuration.oidcRole ?? '', redirect_uri: callback.redirectUri, client_nonce: nonce },
    signal,
  });
  const authUrl = textField(fields(asked.body)['data'], 'auth_url');
  if (authUrl === undefined || !/^https?:/.test(authUrl)) {
    const problem = await serverProblem(asked, configuration.address, client, signal);
    throw problem ?? notOffered(mount, callback.redirectUri);
  }
  const state = new URL(authUrl).searchParams.get('state') ?? '';
  if (!(await context.openExternal(authUrl))) throw declined();
  const code = await abortable(callback.code(state), signal);
  const query = new URLSearchParams({ state, code, client_nonce: nonce }).toString();
  const answer = await client.call({ method: 'GET', path: `auth/${mount}/oidc/callback?${query}`, signal });
  if (answer.status === 200) return answer;
  throw (await serverProblem(answer, configuration.address, client, signal)) ?? refused();
}

interface Callback extends AsyncDisposable {
  readonly redirectUri: string;
  /** Resolves to the code of the visit that carries this state. */
  code(state: string): Promise<string>;
}

async function listenForCallback(): Promise<Callback> {
  const visits: URLSearchParams[] = [];
  let visited = (): void => undefined;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const isCallback = request.method === 'GET' && url.pathname === '/oidc/callback';
    response.writeHead(isCallback ? 200 : 404, {
      'content-type': 'text/plain; charset=utf-8',
      connection: 'close',
    });
    response.end(isCallback ? 'Signed in. You can close this page and go back to VS Code.' : 'Not found.');
    if (!isCallback) return;
    visits.push(url.searchParams);
    visited();
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
      new Promise((resolve, reject) => {
        // A visit with another state is somebody else's and is not taken.
        visited = () => {
          const visit = visits.find((candidate) => candidate.get('state') === state);
          const code = visit?.get('code');
          if (code) resolve(code);
          else if (visit) reject(refused());
        };
        visited();
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function notOffered(mount: string, redirectUri: string): Error {
  return vaultProblem({
    code: 'oidcNotOffered',
    message: `Vault offers no single sign-on at "auth/${mount}" for this role.`,
    remedy: `Check mlflowSecretsAuth.vault.oidcRole and vault.authMount, and that the role allows ${redirectUri}.`,
    retry: 'afterFix',
    action: { kind: 'openSetting', setting: 'mlflowSecretsAuth.vault.oidcRole' },
  });
}

function declined(): Error {
  return vaultProblem({
    code: 'oidcDeclined',
    message: 'The browser was not opened for the single sign-on.',
    remedy: 'Run "Connect MLflow" again and let it open.',
    retry: 'afterFix',
    action: { kind: 'retry' },
  });
}

function refused(): Error {
  return vaultProblem({
    code: 'oidcRefused',
    message: 'The single sign-on did not succeed.',
    remedy: 'Run "Connect MLflow" again; if it goes on, ask whether you may use this role of Vault.',
    retry: 'purge',
    action: { kind: 'retry' },
  });
}
