import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allControlPlaces, controlPlace } from '../../../src/connection/control-place.ts';
import { endProxiesOf } from '../../../src/connection/end-left-proxy.ts';
import { credentialNameOf } from '../../../src/proxy/control/credential-name.ts';
import {
  AttachedWindow,
  isRunning,
  processFile as file,
  untilGone,
} from '../../support/proxy-process/attached-window.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { connectingTo, statusAt } from './attached-proxy.ts';
import { RecordingUpstream } from './recording-upstream.ts';

describe('Processes of other workspaces, when a credential is forgotten,', () => {
  const windows: AttachedWindow[] = [];
  let folder: string;
  let key: string;
  let upstream: RecordingUpstream;

  beforeEach(async () => {
    folder = await runFolder('forgotten');
    key = `canary-${randomBytes(32).toString('hex')}`;
    upstream = await RecordingUpstream.start();
  });

  afterEach(async () => {
    for (const window of windows.splice(0)) await window.end();
    await upstream.stop();
  });

  async function open(workspaceId: string, signIn: string): Promise<AttachedWindow> {
    const place = await controlPlace({ folder, key, workspaceId });
    assert.ok(place !== undefined);
    const window = await AttachedWindow.open(place, { aloneMs: 60_000 });
    windows.push(window);
    window.post(...connectingTo(upstream, 1, credentialNameOf(signIn, workspaceId)));
    assert.equal(await statusAt(window), 200);
    return window;
  }

  const forget = async (signIn: string, ofKey = key): Promise<void> =>
    endProxiesOf(signIn, await allControlPlaces({ folder, key: ofKey }), { file });

  it('end where no window is there to end them, and others go on', async () => {
    const [left, alsoLeft, other, attended] = [
      await open('one', 'forgotten'),
      await open('two', 'forgotten'),
      await open('three', 'forgotten-not'),
      await open('four', 'forgotten'),
    ];
    for (const window of [left, alsoLeft, other]) await window.proxy.leave();
    await forget('forgotten');
    await untilGone(left.pid);
    await untilGone(alsoLeft.pid);
    assert.equal(await statusAt(other), 200);
    assert.equal(await statusAt(attended), 200);
    assert.deepEqual(attended.ends, []);
  });

  it('go on for the window that comes back, where something else was forgotten', async () => {
    const window = await open('one', 'kept');
    await window.proxy.leave();
    await forget('forgotten');
    const back = await open('one', 'kept');
    assert.equal(back.pid, window.pid);
    assert.ok(back.messages.every(({ type }) => type !== 'closed'));
  });

  it('are not ended by who does not hold the user’s key, nor by what else is in the folder', async () => {
    const window = await open('one', 'forgotten');
    await window.proxy.leave();
    await writeFile(join(folder, '0123456789abcdef'), '');
    await writeFile(join(folder, 'socket'), '');
    await forget('forgotten', 'another key');
    assert.ok(isRunning(window.pid));
    await forget('forgotten');
    await untilGone(window.pid);
  });
});
