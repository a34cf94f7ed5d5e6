import assert from 'node:assert/strict';
import { HealthWatch } from '../../../src/connection/health.ts';
import { Presence } from '../../../src/connection/presence.ts';
import type { WindowState } from '../../../src/connection/presence.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const second = 1000;

/** VS Code's own: inactive 70 s at most after the last key or click. */
const inactiveAfterSeconds = 70;

/** A window that tells of its state as VS Code does, and the watch over the server of its connection. */
class WatchedWindow {
  readonly clock = new ManualClock();
  readonly began = this.clock.now();
  /** When the server was asked, in seconds. */
  readonly asked: number[] = [];
  looks = 0;
  #state: WindowState;
  readonly presence: Presence;
  readonly watch: HealthWatch;

  constructor(state: WindowState = { focused: true, active: true }) {
    this.#state = state;
    this.presence = new Presence(
      state,
      () => this.clock.now(),
      () => (this.looks += 1),
    );
    this.watch = new HealthWatch({
      clock: this.clock,
      attention: this.presence,
      random: () => 0.5,
      intervalMs: () => 60 * second,
      check: async () => {
        this.asked.push((this.clock.now() - this.began) / second);
        return Promise.resolve({ kind: 'accepted', server: undefined });
      },
      found: () => undefined,
    });
  }

  becomes(change: Partial<WindowState>): void {
    this.#state = { ...this.#state, ...change };
    this.presence.changed(this.#state);
  }

  /** In steps of a second. */
  async pass(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 1) await this.clock.advance(second);
  }

  close(): void {
    this.watch.close();
  }
}

describe('Whether somebody is at the window', () => {
  let window: WatchedWindow;
  beforeEach(async () => {
    window = new WatchedWindow();
    await window.watch.look();
  });
  afterEach(() => window.close());

  it('is not so as soon as another one has the focus, whatever was done here just before', async () => {
    await window.pass(30);
    window.becomes({ focused: false });
    assert.equal(window.presence.isThere(), false);
    await window.pass(inactiveAfterSeconds);
    window.becomes({ active: false });
    await window.pass(3600);
    assert.equal(window.presence.isThere(), false);
    assert.deepEqual(window.asked, [0]);
    assert.equal(window.clock.sleeping, 0, 'no timer runs where nobody is');
  });

  it('is so again when it gets the focus, which is a look', async () => {
    window.becomes({ focused: false });
    await window.pass(100);
    window.becomes({ focused: true });
    assert.equal(window.presence.isThere(), true);
    await window.pass(1);
    assert.deepEqual(window.asked, [0, 100]);
    assert.equal(window.looks, 1);
  });

  it('goes on with the next key in an editor where a closed web view took the focus along', async () => {
    window.becomes({ focused: false });
    await window.pass(20);
    window.presence.used();
    assert.equal(window.presence.isThere(), true);
    for (let passed = 0; passed < 600; passed += 1) {
      await window.pass(1);
      window.presence.used();
    }
    assert.equal(window.asked.length, 11);
    assert.equal(window.looks, 1);
  });

  it('is so with the first key anywhere after a pause, also where VS Code knows of no focus', async () => {
    window.becomes({ focused: false });
    await window.pass(inactiveAfterSeconds);
    window.becomes({ active: false });
    await window.pass(600);
    assert.deepEqual(window.asked, [0]);
    window.becomes({ active: true });
    assert.equal(window.presence.isThere(), true);
    await window.pass(122);
    assert.deepEqual(window.asked.slice(0, 2), [0, 670]);
    assert.equal(window.asked.length, 4);
  });

  it('ends with the last key where VS Code knows of no focus, so that another window can have it', async () => {
    window.becomes({ focused: false });
    window.presence.used();
    await window.pass(inactiveAfterSeconds);
    window.becomes({ active: false });
    assert.equal(window.presence.isThere(), false);
    const { length } = window.asked;
    await window.pass(3600);
    assert.equal(window.asked.length, length);
  });

  it('is not so for a progress that keeps a window active that was left', async () => {
    window.becomes({ focused: false });
    await window.pass(3600);
    assert.deepEqual(window.asked, [0]);
    window.presence.used();
    await window.pass(3600);
    assert.ok(window.asked.length <= 12, 'ends ten minutes after the last key at the latest');
  });

  it('is no news while VS Code knows of the focus', async () => {
    await window.pass(1);
    window.presence.used();
    assert.equal(window.looks, 0);
  });

  it('is not so all night in a window with the focus that nobody uses', async () => {
    await window.pass(30);
    window.becomes({ active: false });
    await window.pass(9 * 60);
    assert.equal(window.presence.isThere(), true);
    await window.pass(61);
    assert.equal(window.presence.isThere(), false);
    const { length } = window.asked;
    await window.pass(8 * 3600);
    assert.ok(window.asked.length <= length + 1);
    window.becomes({ active: true });
    assert.equal(window.presence.isThere(), true);
  });

  it('is not so in a window that is opened behind another', async () => {
    window.close();
    window = new WatchedWindow({ focused: false, active: true });
    await window.watch.look();
    await window.pass(inactiveAfterSeconds);
    window.becomes({ active: false });
    await window.pass(3600);
    assert.deepEqual(window.asked, [0]);
    assert.equal(window.looks, 0);
  });
});
