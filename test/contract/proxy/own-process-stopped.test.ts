import assert from 'node:assert/strict';
import { endLeftProxy, endProxiesOf } from '../../../src/connection/end-left-proxy.ts';
import { keptConnections } from '../../../src/connection/kept-connections.ts';
import { listenerOf } from '../../../src/connection/local-proof.ts';
import type { ControlPlace } from '../../../src/connection/control-place.ts';
import {
  AttachedWindow,
  isRunning,
  newPlace,
  processFile,
  untilGone,
} from '../../support/proxy-process/attached-window.ts';
import { connectingTo, statusAt } from './attached-proxy.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { sessionToken } from './test-proxy.ts';

/** Each has a bound of a few seconds; a busy machine adds to it. */
const maxMs = 20_000;

describe('A process of the proxy that is suspended', () => {
  let place: ControlPlace;
  let upstream: RecordingUpstream;
  let window: AttachedWindow;

  beforeEach(async function () {
    if (process.platform === 'win32') this.skip();
    place = await newPlace();
    upstream = await RecordingUpstream.start();
    window = await AttachedWindow.open(place);
    window.post(...connectingTo(upstream));
    assert.equal(await statusAt(window), 200);
    process.kill(window.pid, 'SIGSTOP');
  });

  afterEach(async () => {
    if (isRunning(window.pid)) process.kill(window.pid, 'SIGCONT');
    await window.end();
    await upstream.stop();
  });

  const asked = (): {
    readonly file: string;
    readonly place: () => Promise<ControlPlace>;
    readonly aloneMs: number;
  } => ({
    ...{ file: processFile, aloneMs: 1000 },
    place: async () => Promise.resolve(place),
  });

  it('holds up no window for long, whatever that asks, and is told of to whoever wants to end it', async () => {
    const begun = performance.now();
    const isSilent = async (work: Promise<void>): Promise<void> =>
      assert.rejects(work, { code: 'proxy.silent' });
    const answers = await Promise.all([
      listenerOf(window.port, sessionToken),
      keptConnections([place], asked()),
      window.proxy.isThere(),
      assert.rejects(AttachedWindow.open(place), /ETIMEDOUT/),
      isSilent(endLeftProxy(asked(), { forAll: true })),
      isSilent(endProxiesOf('forgotten', [place], asked())),
    ]);
    await window.proxy.leave();
    assert.deepEqual(answers.slice(0, 3), ['other', [], false]);
    assert.ok(performance.now() - begun < maxMs);
  });

  it('ends as it was told meanwhile once it goes on', async () => {
    await window.proxy.close({ forAll: true });
    process.kill(window.pid, 'SIGCONT');
    await untilGone(window.pid);
  });
});
