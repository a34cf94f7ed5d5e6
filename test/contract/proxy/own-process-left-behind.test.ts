import assert from 'node:assert/strict';
import { AttachedWindow, newPlace } from '../../support/proxy-process/attached-window.ts';
import { until } from '../../support/until.ts';
import { connectingTo, statusAt } from './attached-proxy.ts';
import { RecordingUpstream } from './recording-upstream.ts';

/** The editor closes a window that is loading, and its extension host stays for minutes: VS Code's storage never answers it. */
describe('The process of a proxy that a window shares with one that was left behind', () => {
  let upstream: RecordingUpstream;
  let here: AttachedWindow;
  let left: AttachedWindow;

  beforeEach(async () => {
    const place = await newPlace();
    upstream = await RecordingUpstream.start();
    here = await AttachedWindow.open(place);
    here.post(...connectingTo(upstream));
    left = await AttachedWindow.open(place);
    left.post(...connectingTo(upstream).slice(0, -1));
    await until(
      async () => (await statusAt(here)) === 200,
      () => 'it does not serve',
    );
  });

  afterEach(async () => {
    await left.end();
    await here.end();
    await upstream.stop();
  });

  it('goes on serving when the window is closed', async () => {
    await here.proxy.leave();
    assert.equal(await statusAt(left), 200);
    assert.deepEqual(left.ends, []);
  });

  it('sends nothing any more when its user disconnects, and says so at once', async () => {
    const { length } = upstream.requests;
    await here.proxy.close({ forAll: false });
    assert.equal(await statusAt(left), 424);
    assert.equal(upstream.requests.length, length);
  });
});
