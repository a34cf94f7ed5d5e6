import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '../../support/manual-clock.ts';
import { Bench, sealed } from './bench.ts';
import { problemWith } from './credential-bench.ts';

describe('A connection that could not be made', () => {
  let bench: Bench;
  let clock: ManualClock;

  beforeEach(async () => {
    bench = new Bench();
    clock = new ManualClock(Date.now());
    bench.clock = clock;
    await bench.approve();
  });
  afterEach(async () => bench.connection.disconnect({ revoke: false }));

  const stateIs = (kind: typeof bench.connection.state.kind): boolean => bench.connection.state.kind === kind;

  it('is made once the certificate file is replaced', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'certificates-'));
    const file = join(folder, 'company.pem');
    bench.certificateFiles = [file];
    bench.openFailure = problemWith('settings.caFile');
    await bench.connection.connect();
    assert.ok(stateIs('failed'));
    bench.openFailure = undefined;
    for (let text = 'x'; !stateIs('connected'); text += 'x') {
      await writeFile(file, text);
      await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(500);
    }
    await rm(folder, { recursive: true });
  });

  it('is made again with a replaced certificate file while there is trouble, keeping what is kept', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'certificates-'));
    const file = join(folder, 'company.pem');
    bench.certificateFiles = [file];
    bench.answer = async () => Promise.resolve(bench.served(1, problemWith('vault.tlsUntrusted')));
    await bench.connection.connect();
    assert.ok(stateIs('degraded'));
    bench.answer = async () => Promise.resolve(bench.served(2));
    for (let text = 'x'; !stateIs('connected'); text += 'x') {
      await writeFile(file, text);
      await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(500);
    }
    assert.deepEqual(bench.closings, [false]);
    assert.equal(bench.opened, 2);
    await rm(folder, { recursive: true });
  });

  it('is made when somebody comes back to the window, who may come and go', async () => {
    bench.openFailure = problemWith('settings.caFile');
    await bench.connection.connect();
    for (let looks = 0; looks < 10; looks += 1) await bench.connection.lookAgain();
    await bench.until(() => bench.opened === 2 && stateIs('failed'));
    assert.equal(bench.opened, 2);
    bench.openFailure = undefined;
    await clock.advance(5000);
    await bench.connection.lookAgain();
    await bench.until(() => stateIs('connected'));
  });

  it('is not made again by itself once the user has disconnected, although a part of that failed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'certificates-'));
    const file = join(folder, 'company.pem');
    bench.certificateFiles = [file];
    await bench.connection.connect();
    bench.failing.add('endKept');
    const ending = await bench.connection.disconnect({ revoke: false });
    assert.equal(ending.kind, 'partly');
    assert.ok(stateIs('disconnected'));
    const { opened } = bench;
    for (let text = 'x'; text.length < 20; text += 'x') {
      await writeFile(file, text);
      await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(500);
    }
    assert.equal(bench.opened, opened);
    bench.failing.clear();
    await rm(folder, { recursive: true });
  });

  it('is not looked at again where only another setting mends it', async () => {
    bench.openFailure = problemWith('settings.headerName');
    await bench.connection.connect();
    await bench.connection.lookAgain();
    await clock.advance(3_600_000);
    assert.equal(bench.opened, 1);
  });

  it('is tried again where its trouble passes, soon at first and from time to time later', async () => {
    bench.openFailure = sealed;
    await bench.connection.connect();
    const noted = bench.log.length;
    const waitsMs = [1000, 2000, 4000, 8000, 16_000, ...Array.from({ length: 90 }, () => 30_000)];
    for (const [index, waitMs] of waitsMs.entries()) {
      await clock.advance(waitMs - 1);
      assert.equal(bench.opened, index + 1);
      await clock.advance(1);
      await bench.until(() => bench.opened === index + 2 && stateIs('failed'));
    }
    assert.deepEqual(bench.log.slice(noted), []);
    bench.openFailure = undefined;
    await clock.advance(30_000);
    await bench.until(() => stateIs('connected'));
  });

  it('lets a run go on waiting when somebody tries again by hand', async () => {
    await bench.connection.connect();
    bench.answer = async () => Promise.reject(problemWith('aws.ssoExpired'));
    await bench.connection.refresh();
    const status = (): unknown =>
      bench.credential?.kind === 'unavailable' ? bench.credential.response.status : bench.credential?.kind;
    assert.equal(status(), 503);
    await bench.connection.connect();
    assert.equal(status(), 503);
    await bench.connection.disconnect({ revoke: false });
    await bench.connection.connect();
    assert.equal(status(), 424);
  });

  it('is left alone after it was disconnected', async () => {
    bench.openFailure = sealed;
    await bench.connection.connect();
    await bench.connection.disconnect({ revoke: false });
    await clock.advance(3_600_000);
    await bench.connection.lookAgain();
    assert.equal(bench.opened, 1);
    assert.ok(stateIs('disconnected'));
  });
});
