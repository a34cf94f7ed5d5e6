import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConnectionConfiguration } from '../../src/configuration/configuration.ts';
import { ProcessWindow } from '../support/heap/process-window.ts';
import type { WindowOrder } from '../support/heap/window-process.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { storedConfiguration } from '../unit/configuration/stored-configuration.ts';
import { vaultConfiguration, vaultFixture } from './vault/fixture.ts';
import { VaultFront } from './vault/vault-front.ts';

/** After a connection that served a request: what ends it, and in which state it is then. */
interface Cell {
  readonly orders: readonly WindowOrder[];
  readonly reads?: VaultFront['reads'];
  readonly state: string;
}

const cells: Readonly<Record<string, Cell>> = {
  Disconnect: { orders: [{ do: 'disconnect', revoke: false }], state: 'disconnected' },
  'Disconnect and Revoke': { orders: [{ do: 'disconnect', revoke: true }], state: 'disconnected' },
  Forget: { orders: [{ do: 'forget' }], state: 'disconnected' },
  'Disconnect while the store fails': {
    reads: 'fail',
    orders: [{ do: 'refresh' }, { do: 'disconnect', revoke: false }],
    state: 'disconnected',
  },
  'Disconnect while it connects again': {
    reads: 'hang',
    orders: [{ do: 'startConnecting' }, { do: 'disconnect', revoke: false }],
    state: 'disconnected',
  },
  'the end of trust': {
    orders: [{ do: 'set', isTrusted: false }, { do: 'reconsider' }],
    state: 'restricted',
  },
  'another destination': {
    orders: [{ do: 'set', origin: 'https://other.company.com' }, { do: 'reconsider' }],
    state: 'needsApproval',
  },
  'settings that lack something': {
    orders: [{ do: 'set', reading: 'incomplete' }, { do: 'reconsider' }],
    state: 'needsConfiguration',
  },
  'settings that are wrong': {
    orders: [{ do: 'set', reading: 'invalid' }, { do: 'reconsider' }],
    state: 'failed',
  },
  'the window': { orders: [{ do: 'shutDown' }], state: 'connected' },
};

describe('The memory of a window and of its proxy', () => {
  const { bao } = vaultFixture();
  let process: ProcessWindow;
  let upstream: Server;
  let front: VaultFront;

  before(async function () {
    this.timeout(150_000);
    await bao.call('PUT', 'sys/policies/acl/heap', {
      policy: 'path "secret/data/heap" { capabilities = ["read"] }',
    });
    await bao.call('POST', 'sys/auth/userpass', { type: 'userpass' });
    upstream = createServer((_request, response) =>
      response.setHeader('content-type', 'application/json').end('{"experiments":[]}'),
    ).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    front = await VaultFront.start(bao.address);
    process = await ProcessWindow.start(await runFolder('heap'));
  });

  after(async () => {
    await process.stop();
    await front.stop();
    upstream.closeAllConnections();
    upstream.close();
  });

  const configuration = (): ConnectionConfiguration => ({
    ...storedConfiguration,
    tracking: {
      origin: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
      basePath: '',
    },
    source: vaultConfiguration({
      address: front.address,
      path: 'secret/heap',
      authMethod: 'userpass',
      username: 'ada',
      ambientIsAllowed: false,
    }),
    cache: { ...storedConfiguration.cache, keep: 'secretStorage' },
  });

  /** Signs in with a password and uses a secret that nobody had before. */
  async function connect(
    where: 'worker' | 'process',
  ): Promise<{ readonly secret: string; readonly password: string }> {
    front.reads = 'pass';
    const secret = `canary-${randomBytes(12).toString('hex')}`;
    const password = `canary-${randomBytes(12).toString('hex')}`;
    await bao.call('POST', 'secret/data/heap', { data: { token: secret } });
    await bao.call('POST', 'auth/userpass/users/ada', { password, token_policies: ['heap'] });
    const entered = Buffer.from(password).toString('hex');
    await process.tell({
      do: 'open',
      configuration: configuration(),
      name: 'vault.password',
      entered,
      where,
    });
    assert.equal(await process.tell({ do: 'connect' }), 'connected');
    await process.tell({ do: 'request' });
    return { secret, password };
  }

  for (const where of ['worker', 'process'] as const) {
    describe(`with the proxy in a ${where}`, () => {
      it('hold the secret while it is used, so that it would be found', async () => {
        const { secret } = await connect(where);
        const found = await process.find([secret]);
        await process.tell({ do: 'disconnect', revoke: false });
        assert.ok(found.includes('host.heapsnapshot'), found.join());
        const proxy = where === 'worker' ? 'worker-0.heapsnapshot' : 'process-host.heapsnapshot';
        assert.ok(found.includes(proxy), found.join());
      });

      for (const [end, { orders, state, reads: nextReads = 'pass' }] of Object.entries(cells)) {
        it(`hold neither the secret nor what was entered after ${end}`, async () => {
          const { secret, password } = await connect(where);
          front.reads = nextReads;
          let reached: string | undefined;
          for (const order of orders) reached = await process.tell(order);
          assert.equal(reached, state);
          const found = await process.findLasting([secret, password]);
          if (!['disconnected', 'restricted'].includes(state))
            await process.tell({ do: 'disconnect', revoke: false });
          assert.deepEqual(found, []);
        });
      }
    });
  }
});
