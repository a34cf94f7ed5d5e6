import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Problem } from '../../../src/problem.ts';
import { Bootstrap, vaultSources } from './fixture.ts';

interface Script {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What `sys/seal-status` answers. */
  readonly seal?: Readonly<Record<string, unknown>>;
}

/**
 * A double for states that a dev server cannot be brought into. Its statuses and bodies are those of the HTTP API
 * reference: "HTTP Status Codes" and "/sys/seal-status".
 */
async function vaultTroubleDouble({ status, body, headers, seal }: Script): Promise<Server> {
  const server = createServer((request, response) => {
    assert.ok(request.url?.startsWith('/v1/'));
    if (request.url === '/v1/sys/seal-status') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(seal));
      return;
    }
    assert.equal(request.headers['x-vault-token'], 'canary-token');
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const errors = (text: string): string => JSON.stringify({ errors: [text] });

describe('Vault in trouble', () => {
  const { read } = vaultSources();
  const cases: [name: string, script: Script, code: string, retry: string][] = [
    [
      'too many requests',
      { status: 429, body: errors('rate limit'), headers: { 'retry-after': '7' } },
      'vault.rateLimited',
      'automatic',
    ],
    [
      'not initialised',
      { status: 503, body: errors('Vault is sealed'), seal: { initialized: false, sealed: true } },
      'vault.notInitialised',
      'automatic',
    ],
    [
      'sealed',
      { status: 503, body: errors('Vault is sealed'), seal: { initialized: true, sealed: true } },
      'vault.sealed',
      'automatic',
    ],
    [
      'down for maintenance',
      { status: 503, body: errors('x'), seal: { initialized: true, sealed: false } },
      'vault.unavailable',
      'automatic',
    ],
    [
      'a standby without an active server',
      { status: 500, body: errors('local node not active but active cluster node not found') },
      'vault.standby',
      'automatic',
    ],
    ['a fault', { status: 500, body: errors('internal error') }, 'vault.server', 'automatic'],
    ['a gateway’s page', { status: 502, body: 'bad gateway' }, 'vault.unavailable', 'automatic'],
    [
      'a server that has not caught up',
      { status: 412, body: errors('required index state not present') },
      'vault.behind',
      'automatic',
    ],
    [
      'a secondary for disaster recovery',
      { status: 400, body: errors('path disabled in replication DR secondary mode') },
      'vault.secondary',
      'automatic',
    ],
    ['an HTTP proxy’s sign-in', { status: 407, body: '<html>' }, 'vault.httpProxy', 'afterFix'],
    [
      'http where TLS is expected',
      { status: 400, body: 'Client sent an HTTP request to an HTTPS server.\n' },
      'vault.tlsProtocol',
      'afterFix',
    ],
    [
      'a sign-in page before it',
      { status: 302, body: '', headers: { location: 'https://login.company.example/authorize' } },
      'vault.notVault',
      'afterFix',
    ],
    ...[401, 403, 404].map((status): [string, Script, string, string] => [
      `another application’s ${status}`,
      { status, body: '{"message":"no"}' },
      'vault.notVault',
      'afterFix',
    ]),
    ['a path that no Vault has', { status: 404, body: '{"errors":[]}' }, 'vault.notVault', 'afterFix'],
    [
      'a web page',
      { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } },
      'vault.notVault',
      'afterFix',
    ],
  ];
  for (const [name, script, code, retry] of cases) {
    it(`is reported: ${name}`, async () => {
      const server = await vaultTroubleDouble(script);
      try {
        const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const options = {
          configuration: { address },
          bootstrap: new Bootstrap({ 'vault.token': 'canary-token' }),
        };
        await assert.rejects(read(options), (error) => {
          assert.ok(error instanceof Problem, String(error));
          assert.deepEqual([error.code, error.retry], [code, retry]);
          if (code === 'vault.rateLimited') assert.equal(error.retryAfterMs, 7000);
          return true;
        });
      } finally {
        server.closeAllConnections();
        server.close();
      }
    });
  }
});
