import assert from 'node:assert/strict';
import { HealthWatch } from '../../../src/connection/health.ts';
import type { ConnectionConfiguration } from '../../../src/configuration/configuration.ts';
import type { ServerFinding } from '../../../src/connection/state.ts';
import { findingOf, findingOfOutcome, noResponse } from '../../../src/connection/upstream-problems.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';
import { storedConfiguration as configuration } from '../configuration/stored-configuration.ts';
import { ScriptedAttention } from './bench.ts';

const second = 1000;
const accepted: ServerFinding = { kind: 'accepted', server: undefined };
const down: ServerFinding = { kind: 'unavailable', problem: noResponse(configuration, 5) };
const password: ConnectionConfiguration = { ...configuration, authMode: 'basic' };
const rejected = findingOf({ kind: 'rejected', status: 401 }, password);
const token = findingOf({ kind: 'rejected', status: 401 }, configuration);
const page = { signInHost: undefined, product: undefined, form: 'page' } as const;
const wall = findingOfOutcome({ outcome: 'wall', detail: { origin: 'https://x', ...page } }, password);
const denied = findingOf({ kind: 'rejected', status: 403 }, password);
const notMlflow = findingOf({ kind: 'notMlflow', status: 404 }, configuration);

class Watched {
  readonly clock = new ManualClock();
  readonly attention = new ScriptedAttention();
  readonly found: ServerFinding['kind'][] = [];
  /** When the server was asked. */
  readonly asked: number[] = [];
  readonly began = this.clock.now();
  intervalMs = 60 * second;
  random = 0.5;
  server: ServerFinding | undefined = accepted;
  /** What happens before the server answers. */
  meanwhile = async (): Promise<void> => Promise.resolve();
  readonly watch = new HealthWatch({
    clock: this.clock,
    attention: this.attention,
    random: () => this.random,
    intervalMs: () => this.intervalMs,
    check: async () => {
      this.asked.push((this.clock.now() - this.began) / second);
      await this.meanwhile();
      return this.server;
    },
    found: ({ kind }) => this.found.push(kind),
  });

  /** In steps of a second. */
  async pass(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 1) await this.clock.advance(second);
  }
}

describe('The watch over a tracking server', () => {
  let at: Watched;
  beforeEach(async () => {
    at = new Watched();
    await at.watch.look();
  });
  afterEach(() => at.watch.close());

  it('asks once in an interval while nothing is requested', async () => {
    await at.pass(600);
    assert.deepEqual(at.asked, [0, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600]);
  });

  for (const random of [0, 0.999]) {
    it(`shows a dead server within 90 s, and one that is back within 15 s, with chance at ${random}`, async () => {
      at.random = random;
      await at.pass(601);
      at.server = down;
      const died = at.clock.now();
      while (at.found.at(-1) !== 'unavailable') await at.pass(1);
      // A server that takes the connection and says nothing is given up after another 20 s.
      assert.ok(at.clock.now() - died <= 70 * second);
      await at.pass(613);
      at.server = accepted;
      const returned = at.clock.now();
      while (at.found.at(-1) !== 'accepted') await at.pass(1);
      // A question under way may hang for another 5 s.
      assert.ok(at.clock.now() - returned <= 10 * second);
    });
  }

  it('asks nothing while requests show that the server responds', async () => {
    for (let minute = 0; minute < 60; minute += 1) {
      await at.pass(50);
      at.watch.respondedAt(at.clock.now());
    }
    assert.equal(at.asked.length, 1);
    await at.pass(60);
    assert.equal(at.asked.length, 2);
  });

  it('asks before its time when requests fail', async () => {
    await at.pass(20);
    at.watch.doubt();
    await settle();
    assert.deepEqual(at.asked, [0, 20]);
    await at.pass(5);
    at.watch.doubt();
    at.watch.doubt();
    await at.pass(4);
    assert.deepEqual(at.asked, [0, 20, 28]);
  });

  it('asks before its time when requests are answered where something else than MLflow was found', async () => {
    at.server = notMlflow;
    await at.watch.look();
    await at.pass(20);
    at.server = accepted;
    at.watch.respondedAt(at.clock.now());
    await settle();
    assert.equal(at.found.at(-1), 'accepted');
    assert.deepEqual(at.asked, [0, 0, 20]);
  });

  it('says how the server is to whom no window shows that they are there, as long as something is requested', async () => {
    at.attention.set(false);
    at.server = down;
    await at.pass(20);
    at.watch.doubt();
    await at.pass(1);
    assert.equal(at.found.at(-1), 'unavailable');
    at.server = accepted;
    await at.pass(3600);
    assert.equal(at.found.at(-1), 'unavailable');
    at.watch.respondedAt(at.clock.now());
    await at.pass(1);
    assert.equal(at.found.at(-1), 'accepted');
  });

  it('counts what a slow server answers, which responds to others meanwhile', async () => {
    at.server = down;
    await at.watch.look();
    at.server = accepted;
    at.meanwhile = async () => {
      if (at.asked.length > 5) return;
      await at.clock.advance(second);
      at.watch.respondedAt(at.clock.now());
      await at.clock.advance(10 * second);
    };
    await at.watch.look();
    assert.equal(at.found.at(-1), 'accepted');
    assert.deepEqual(at.asked, [0, 0, 0]);
  });

  it('does not take the answer to its own question for a sign', async () => {
    at.server = notMlflow;
    await at.watch.look();
    at.watch.respondedAt(at.clock.now());
    await at.pass(50);
    assert.deepEqual(at.asked, [0, 0]);
  });

  it('has one timer at most, and none while nobody looks', async () => {
    at.attention.set(false);
    await at.pass(8 * 3600);
    assert.equal(at.asked.length, 1);
    assert.equal(at.clock.sleeping, 0);
  });

  it('looks once when somebody comes back, however often', async () => {
    at.attention.set(false);
    await at.pass(3600);
    at.server = down;
    for (const isThere of [true, true, false, true]) at.attention.set(isThere);
    await at.pass(1);
    assert.equal(at.asked.length, 2);
    assert.equal(at.found.at(-1), 'unavailable');
  });

  it('does not look for somebody who was away for a moment', async () => {
    await at.pass(30);
    await at.pass(30);
    assert.equal(at.asked.length, 2);
    at.attention.set(false);
    await at.pass(5);
    at.attention.set(true);
    await at.pass(1);
    assert.equal(at.asked.length, 2);
    await at.pass(54);
    assert.equal(at.asked.length, 3);
  });

  it('looks soon for somebody who comes back from mending what was found a moment ago', async () => {
    at.server = notMlflow;
    await at.watch.look();
    at.attention.set(false);
    await at.pass(2);
    at.server = accepted;
    at.attention.set(true);
    await at.pass(7);
    assert.equal(at.found.at(-1), 'accepted');
  });

  it('looks once when the machine wakes', async () => {
    await at.pass(10);
    await at.clock.advance(8 * 3600 * second);
    assert.equal(at.asked.length, 2);
  });

  it('sees as soon as ever what changes once the clock was set back', async () => {
    await at.pass(30);
    at.clock.setBack(3600 * second);
    at.server = down;
    await at.pass(70);
    assert.equal(at.found.at(-1), 'unavailable');
    at.clock.setBack(3600 * second);
    at.server = accepted;
    await at.pass(10);
    assert.equal(at.found.at(-1), 'accepted');
  });

  it('looks for somebody who comes back from setting the clock back', async () => {
    at.server = notMlflow;
    await at.watch.look();
    at.attention.set(false);
    await at.pass(2);
    at.clock.setBack(3600 * second);
    at.server = accepted;
    at.attention.set(true);
    await at.pass(10);
    assert.equal(at.found.at(-1), 'accepted');
  });

  it('keeps to its interval where the clock was set back and the settings change', async () => {
    await at.pass(30);
    at.clock.setBack(3600 * second);
    at.watch.reschedule();
    await at.pass(70);
    assert.equal(at.asked.length, 2);
  });

  for (const [what, finding] of [
    ['a sign-in wall', wall],
    ['a refusal of a gateway', denied],
  ] as const) {
    it(`sees within 15 s that ${what} is gone, while nobody requests anything`, async () => {
      at.server = finding;
      await at.watch.look();
      await at.pass(3600);
      at.server = accepted;
      const mended = at.clock.now();
      while (at.found.at(-1) !== 'accepted') await at.pass(1);
      assert.ok(at.clock.now() - mended <= 10 * second);
    });
  }

  it('tries a token again each minute: no account is locked by one', async () => {
    at.server = token;
    await at.watch.look();
    const before = at.asked.length;
    await at.pass(600);
    assert.equal(at.asked.length - before, 10);
  });

  it('tries a password once more for somebody who comes back, and then rarely', async () => {
    await at.pass(10);
    at.server = rejected;
    await at.watch.look();
    at.attention.set(false);
    await at.pass(2);
    at.attention.set(true);
    await at.pass(10);
    assert.deepEqual(at.asked, [0, 10, 18]);
    for (let times = 0; times < 10; times += 1) {
      at.attention.set(false);
      await at.pass(10);
      at.attention.set(true);
      await at.pass(10);
    }
    assert.deepEqual(at.asked, [0, 10, 18]);
  });

  it('rarely tries a password again that was rejected: it could lock the account', async () => {
    at.server = rejected;
    await at.watch.look();
    const before = at.asked.length;
    for (let minute = 0; minute < 60; minute += 1) {
      at.attention.set(false);
      await at.pass(30);
      at.attention.set(true);
      await at.pass(30);
    }
    assert.ok(at.asked.length - before <= 13, String(at.asked.length - before));
  });

  it('does not often send the credential to what is no MLflow server', async () => {
    at.server = notMlflow;
    await at.watch.look();
    const before = at.asked.length;
    await at.pass(600);
    assert.equal(at.asked.length - before, 10);
  });

  it('asks no server that responds where the interval is 0, and goes on asking one that does not', async () => {
    at.intervalMs = 0;
    at.watch.reschedule();
    await at.pass(3600);
    assert.equal(at.asked.length, 1);
    at.watch.heard(down);
    await at.pass(10);
    assert.deepEqual([at.asked.length, at.found.at(-1)], [2, 'accepted']);
    await at.pass(3600);
    assert.equal(at.asked.length, 2);
  });

  it('is changed at once by what requests show, and asks later for it', async () => {
    await at.pass(59);
    at.watch.heard(rejected);
    assert.equal(at.found.at(-1), 'rejected');
    await at.pass(60);
    assert.equal(at.asked.length, 1);
    at.watch.heard(accepted);
    assert.equal(at.found.at(-1), 'accepted');
  });

  it('ends with the connection', async () => {
    at.watch.close();
    at.watch.heard(down);
    at.attention.set(false);
    at.attention.set(true);
    await at.pass(3600);
    assert.deepEqual([at.asked.length, at.found], [1, ['accepted']]);
    assert.equal(at.clock.sleeping, 0);
  });
});

describe('A question to a tracking server', () => {
  it('that was asked before the credential changed does not count', async () => {
    const replies: ((finding: ServerFinding) => void)[] = [];
    const found: ServerFinding['kind'][] = [];
    const watch = new HealthWatch({
      clock: new ManualClock(),
      attention: new ScriptedAttention(),
      random: () => 0.5,
      intervalMs: () => 0,
      check: async () => new Promise((resolve) => replies.push(resolve)),
      found: ({ kind }) => found.push(kind),
    });
    const first = watch.look();
    const second = watch.look();
    replies[0]?.(rejected);
    await new Promise(setImmediate);
    replies[1]?.(accepted);
    await Promise.all([first, second]);
    assert.deepEqual(found, ['accepted']);
    watch.close();
  });
});
