import assert from 'node:assert/strict';
import { mkdtemp, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectControl } from '../../../../src/connection/control-connection.ts';
import type { ControlConnection } from '../../../../src/connection/control-connection.ts';
import { until } from '../../../support/until.ts';
import { ControlServer } from '../../../../src/proxy/process/control-server.ts';

const key = Buffer.from('canary-key');

describe('The control socket', () => {
  let root: string;
  let path: string;
  let server: ControlServer;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'control-'));
    path = join(root, 's');
    server = new ControlServer({
      ...{ path, key, bundle: 'b', lookIntervalMs: 10 },
      attached: (window) => ({
        receive: ({ type }) => {
          if (type === 'fatal') throw new TypeError('no such message');
          window.send({ type });
        },
        closed: () => undefined,
      }),
    });
    assert.equal(await server.open(), 'open');
  });

  afterEach(async () => {
    server.close();
    await rm(root, { recursive: true });
  });

  async function attach(): Promise<ControlConnection> {
    const attached = await connectControl({ path, key }, 'b');
    assert.ok(typeof attached === 'object');
    return attached;
  }

  it('closes the connection of a window whose message cannot be handled, and of no other', async () => {
    const [bad, good] = [await attach(), await attach()];
    bad.socket.send({ type: 'fatal' });
    await assert.rejects(bad.socket.next());
    good.socket.send({ type: 'ping' });
    assert.deepEqual(await good.socket.next(), { type: 'ping' });
    good.socket.destroy();
  });

  it('is let go also where its folder cannot be read', async function () {
    if (process.platform === 'win32') this.skip();
    const moved = `${root}-moved`;
    await rename(root, moved);
    await symlink(root, root);
    try {
      server.release();
    } finally {
      await rm(root);
      await rename(moved, root);
    }
  });

  it('does not listen again in a folder that others have put in the place of its own', async function () {
    if (process.platform === 'win32') this.skip();
    const moved = `${root}-moved`;
    const others = await mkdtemp(join(tmpdir(), 'others-'));
    await rename(root, moved);
    await symlink(others, root);
    try {
      // Many looks.
      await sleep(300);
      assert.deepEqual(await readdir(others), []);
    } finally {
      await rm(root);
      await rename(moved, root);
      await rm(others, { recursive: true });
    }
    await rm(path);
    await until(
      async () => (await stat(path).catch(() => undefined)) !== undefined,
      () => 'it does not listen in its own folder again',
    );
  });
});
