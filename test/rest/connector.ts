import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { json } from 'node:stream/consumers';
import { clientToken, upstreamId } from '../../src/connection/client-token.ts';
import { environmentChanges } from '../../src/python/environment.ts';
import { packageFolder, userName } from '../contract/python/run-client.ts';
import { credential, sessionToken, TestProxy, upstreamSecret } from '../contract/proxy/test-proxy.ts';

/** A window that is connected to whatever server it is told of. */
export interface Connector {
  /** Takes `{"origin": …}`; answers with the variables that Python gets. */
  readonly url: string;
  /** The value of `Authorization` that reaches the server. */
  readonly credential: string;
  stop(): Promise<void>;
}

const headerValue = `Bearer ${upstreamSecret}`;
let connections = 0;

export async function startConnector(): Promise<Connector> {
  const proxy = await TestProxy.start();
  const server = createServer((request, response) => {
    connect(proxy, request)
      .then((variables) => response.end(JSON.stringify(variables)))
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credential: headerValue,
    stop: async () => {
      server.close();
      await proxy.dispose();
    },
  };
}

async function connect(
  proxy: TestProxy,
  request: AsyncIterable<Uint8Array>,
): Promise<Record<string, string>> {
  const { origin } = (await json(request)) as { readonly origin: string };
  const tracking = { origin, basePath: '' };
  const token = clientToken(sessionToken, tracking);
  proxy.setUpstream(origin, { id: upstreamId(tracking) });
  // The proxy tries none at another server than it was given for.
  connections += 1;
  proxy.setCredential(credential(connections, { headerValue }));
  // The token is good for this server only: the proxy has taken the message once it lets that in.
  const authorization = `Bearer ${token}`;
  while ((await fetch(`${proxy.origin}/health`, { headers: { authorization } })).status !== 200);
  const changes = environmentChanges(
    {
      ...{ localOrigin: proxy.origin, basePath: '', upstreamOrigin: origin, sessionToken: token },
      ...{ userName, hostName: hostname(), packageFolder, intercept: true },
    },
    { platform: process.platform, environment: {} },
  );
  return Object.fromEntries(
    changes.filter(({ action }) => action === 'replace').map(({ name, value }) => [name, value]),
  );
}
