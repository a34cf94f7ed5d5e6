import { hostname } from 'node:os';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { environmentChanges } from '../../src/python/environment.ts';
import { startOpenBao, type OpenBaoServer } from '../support/servers/openbao.ts';
import { authorization, type Servers } from './servers.ts';

/** One way for a Python process to be signed in. */
export interface PythonClient {
  readonly name: 'direct' | 'proxy' | 'plugin';
  readonly trackingUri: string;
  readonly environment: NodeJS.ProcessEnv;
}

const packageFolder = fileURLToPath(new URL('../../media/python/site-packages', import.meta.url));
const bearer = authorization.replace('Bearer ', '');

/** The same client signed in three ways: a static token, the product's variables, the Python plugin reading a Vault. */
export async function logMetricClients(
  servers: Servers,
  folder: string,
): Promise<{ readonly clients: readonly PythonClient[]; readonly vault: OpenBaoServer }> {
  const direct = `http://127.0.0.1:${servers.upstreams.http.requests.port}`;
  const local = `http://127.0.0.1:${servers.proxy.port}`;
  const vault = await startVault(folder);
  const clients: readonly PythonClient[] = [
    { name: 'direct', trackingUri: direct, environment: { MLFLOW_TRACKING_TOKEN: bearer } },
    {
      name: 'proxy',
      trackingUri: local,
      environment: productEnvironment(local, direct, servers.sessionToken),
    },
    {
      name: 'plugin',
      trackingUri: direct,
      environment: {
        MLFLOW_TRACKING_AUTH: 'mlflow_secrets_auth',
        MLFLOW_SECRETS_AUTH_ENABLE: 'vault',
        VAULT_ADDR: vault.address,
        VAULT_TOKEN: vault.rootToken,
        MLFLOW_VAULT_SECRET_PATH: 'secret/mlflow/auth',
      },
    },
  ];
  return { clients, vault };
}

/** The variables that the extension gives to a terminal, interception included. */
function productEnvironment(local: string, upstream: string, sessionToken: string): NodeJS.ProcessEnv {
  const endpoint = {
    localOrigin: local,
    basePath: '',
    upstreamOrigin: upstream,
    sessionToken,
    userName: userInfo().username,
    packageFolder,
    hostName: hostname(),
    intercept: true,
  };
  const changes = environmentChanges(endpoint, { platform: process.platform, environment: {} });
  return Object.fromEntries(changes.map(({ name, value }) => [name, value]));
}

/** An OpenBao server in memory that holds the token where the plugin looks for it. */
async function startVault(folder: string): Promise<OpenBaoServer> {
  const vault = await startOpenBao({ folder });
  await vault.call('POST', 'secret/data/mlflow/auth', { data: { token: bearer } });
  return vault;
}
