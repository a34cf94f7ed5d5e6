import assert from 'node:assert/strict';
import { LocalAddress } from '../../../src/connection/local-address.ts';
import { silentEvents } from '../../../src/connection/local-proxy-events.ts';
import { LocalProxy } from '../../../src/connection/local-proxy.ts';
import type { Listening } from '../../../src/connection/local-proxy-options.ts';
import { ProxyProcess } from '../../../src/connection/proxy-process.ts';
import {
  AttachedWindow,
  isRunning,
  newPlace,
  processAt,
  processFile,
  untilGone,
} from '../../support/proxy-process/attached-window.ts';
import { note } from '../../support/servers/left-over.ts';

/** What the editor keeps of a workspace beside secrets. */
class Memory {
  readonly #values = new Map<string, unknown>();
  get = (key: string): unknown => this.#values.get(key);
  update = async (key: string, value: unknown): Promise<void> => {
    this.#values.set(key, value);
    return Promise.resolve();
  };
}

describe("The process of a workspace's proxy to which the key is lost", () => {
  const ends: (() => Promise<unknown>)[] = [];

  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  /** A window whose SecretStorage has nothing: its key and its session token are new. */
  async function newProxy(memory: Memory, isTokenKept = true): Promise<LocalProxy> {
    const place = await newPlace();
    const options = { file: processFile, place: async () => Promise.resolve(place), aloneMs: 60_000 };
    const address = new LocalAddress(memory, () => isTokenKept);
    const proxy = new LocalProxy(
      (listener) => new ProxyProcess(options, listener, (reason) => assert.fail(reason)),
      address,
      silentEvents,
      { attempts: 1, intervalMs: 0 },
    );
    ends.push(async () => proxy.stop({ revoke: true, forAll: true }));
    return proxy;
  }

  async function listening(proxy: LocalProxy, sessionToken: string, configuredPort = 0): Promise<Listening> {
    const found = await proxy.listen({ configuredPort, sessionToken });
    note((await processAt(found.port)) ?? 0);
    return found;
  }

  it('is ended, and the window has the port again under its own token', async () => {
    const memory = new Memory();
    const earlier = await newProxy(memory);
    const { port } = await listening(earlier, 'canary-token-before');
    const pid = (await processAt(port)) ?? 0;
    await earlier.stop({ revoke: false });
    assert.ok(isRunning(pid));
    const proxy = await newProxy(memory);
    assert.deepEqual(await listening(proxy, 'canary-token-after'), {
      type: 'listening',
      port,
      sessionToken: 'canary-token-after',
    });
    assert.equal(proxy.metStranger, undefined);
    await untilGone(pid);
  });

  it('goes on where another window is attached to it, and is named for what it is', async () => {
    const memory = new Memory();
    const earlier = await newProxy(memory);
    const { port } = await listening(earlier, 'canary-token-before');
    const pid = (await processAt(port)) ?? 0;
    const proxy = await newProxy(memory);
    assert.notEqual((await listening(proxy, 'canary-token-after')).port, port);
    assert.equal(proxy.metStranger, `another MLflow Secrets Auth process (${pid})`);
    assert.ok(isRunning(pid));
  });

  it('goes on where SecretStorage only fails, and the key may be back with the next window', async () => {
    const memory = new Memory();
    const earlier = await newProxy(memory);
    const { port } = await listening(earlier, 'canary-token-before');
    const pid = (await processAt(port)) ?? 0;
    await earlier.stop({ revoke: false });
    const proxy = await newProxy(memory, false);
    assert.notEqual((await listening(proxy, 'canary-token-after')).port, port);
    assert.ok(isRunning(pid));
    const address = new LocalAddress(memory);
    assert.equal(address.port, port, 'it is remembered for that one');
    assert.ok(!address.isForNow);
    process.kill(pid, 'SIGTERM');
  });

  it('is not that of another workspace, which only has the same port', async () => {
    const other = await AttachedWindow.open(await newPlace(), { aloneMs: 60_000 });
    ends.push(async () => other.end());
    await other.proxy.leave();
    const memory = new Memory();
    const address = new LocalAddress(memory, () => true);
    await address.remember({ port: other.port, sessionToken: 'canary-token-before' });
    const proxy = await newProxy(memory);
    assert.notEqual((await listening(proxy, 'canary-token-after')).port, other.port);
    assert.equal(proxy.metStranger, `another MLflow Secrets Auth process (${other.pid})`);
    assert.ok(isRunning(other.pid));
  });
});
