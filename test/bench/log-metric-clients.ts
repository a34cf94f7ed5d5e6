import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { environmentChanges } from '../../src/python/environment.ts';
import type { PythonClient } from './log-metric.ts';
import { accepting, freePort, start } from './processes.ts';
import { authorization, type Servers } from './servers.ts';

const packageFolder = fileURLToPath(new URL('../../media/python', import.meta.url));
const bearer = authorization.replace('Bearer ', '');
const vaultToken = 'canary-bench-vault-token';

/** The same client signed in three ways: a static token, the product's variables, the Python plugin reading a Vault. */
export async function logMetricClients(servers: Servers, bao: string): Promise<readonly PythonClient[]> {
  const direct = `http://127.0.0.1:${servers.origin.port}`;
  const local = `http://127.0.0.1:${servers.proxy.port}`;
  return [
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
        VAULT_ADDR: await startVault(bao),
        VAULT_TOKEN: vaultToken,
        MLFLOW_VAULT_SECRET_PATH: 'secret/mlflow/auth',
      },
    },
  ];
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
    intercept: true,
  };
  const changes = environmentChanges(endpoint, { platform: process.platform, environment: {} });
  return Object.fromEntries(changes.map(({ name, value }) => [name, value]));
}

/** An OpenBao server in memory that holds the token where the plugin looks for it; returns its address. */
async function startVault(bao: string): Promise<string> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const server = start(bao, [
    'server',
    '-dev',
    '-dev-no-store-token',
    '-log-level=error',
    `-dev-root-token-id=${vaultToken}`,
    `-dev-listen-address=127.0.0.1:${port}`,
  ]);
  server.stdout?.resume();
  await accepting(port, server);
  const answer = await fetch(`${address}/v1/secret/data/mlflow/auth`, {
    method: 'POST',
    headers: { 'X-Vault-Token': vaultToken },
    body: JSON.stringify({ data: { token: bearer } }),
  });
  if (!answer.ok) throw new Error(`OpenBao did not take the token: ${answer.status} ${await answer.text()}`);
  return address;
}
