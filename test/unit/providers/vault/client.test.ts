import assert from 'node:assert/strict';
import dns from 'node:dns';
import { once } from 'node:events';
import { createServer as createHttpServer, globalAgent } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { Problem } from '../../../../src/problem.ts';
import { Secret } from '../../../../src/secret.ts';
import { VaultClient } from '../../../../src/providers/vault/client.ts';

describe('A call to Vault that takes too long', () => {
  const { lookup } = dns;
  const { options } = globalAgent as unknown as { options: { timeout: number | undefined } };
  const { timeout } = options;
  let silent: Server;

  beforeEach(async () => {
    silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    // Until there is a connection, it is Node's own time-out that counts.
    options.timeout = 100;
  });
  afterEach(() => {
    dns.lookup = lookup;
    options.timeout = timeout;
    silent.close();
  });

  async function codeOf(host: string): Promise<string> {
    const { port } = silent.address() as AddressInfo;
    const address = `http://${host}:${port}`;
    const client = new VaultClient({
      address,
      namespace: undefined,
      tls: { rejectUnauthorized: true },
      callTimeoutMs: 200,
    });
    const { signal } = new AbortController();
    const error: unknown = await client
      .call({ method: 'GET', path: 'sys/health', signal })
      .catch((reason: unknown) => reason);
    assert.ok(error instanceof Problem, String(error));
    return error.code;
  }

  it('is about the name server where that does not respond', async () => {
    dns.lookup = (() => undefined) as unknown as typeof dns.lookup;
    assert.equal(await codeOf('vault.company.example'), 'vault.dns');
  });

  it('is about Vault once its address is known', async () => {
    const found = [{ address: '127.0.0.1', family: 4 }];
    dns.lookup = ((_host: string, _options: object, done: (error: null, all: typeof found) => void) =>
      done(null, found)) as unknown as typeof dns.lookup;
    assert.equal(await codeOf('vault.company.example'), 'vault.timeout');
    assert.equal(await codeOf('127.0.0.1'), 'vault.timeout');
  });
});

describe('A call to Vault without TLS', () => {
  it('is not sent by way of another HTTP proxy than was approved, which would read the token', async () => {
    const heard: string[] = [];
    const server = createHttpServer((request, response) => {
      heard.push(request.url ?? '');
      response.setHeader('content-type', 'application/json').end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      let isHttpProxyApproved = true;
      const { port } = server.address() as AddressInfo;
      const client = new VaultClient({
        ...{ address: `http://127.0.0.1:${port}`, namespace: undefined, tls: { rejectUnauthorized: true } },
        isHttpProxyApproved: () => isHttpProxyApproved,
      });
      const giveBack = async (): Promise<unknown> =>
        client.call({
          ...{ method: 'POST', path: 'auth/token/revoke-self', body: {} },
          ...{ token: new Secret('canary-token'), signal: new AbortController().signal },
        });
      await giveBack();
      isHttpProxyApproved = false;
      await assert.rejects(giveBack(), {
        code: 'vault.httpProxy',
        message: /than you approved\. Nothing was sent\.$/,
      });
      assert.deepEqual(heard, ['/v1/auth/token/revoke-self']);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
