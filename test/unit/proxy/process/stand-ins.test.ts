import assert from 'node:assert/strict';
import type { AfterClose } from '../../../../src/proxy/control/control-messages.ts';
import type { CredentialState } from '../../../../src/proxy/messages.ts';
import type { AloneLink, AloneModule } from '../../../../src/proxy/process/alone.ts';
import { StandIns } from '../../../../src/proxy/process/stand-ins.ts';
import { WindowState } from '../../../../src/proxy/process/window-states.ts';
import { settle } from '../../../support/manual-clock.ts';

class Bench {
  readonly said: CredentialState[] = [];
  readonly needs: string[] = [];
  link: AloneLink | undefined;
  readonly last = new WindowState(() => undefined);
  readonly module: AloneModule = {
    prepareAlone: async () =>
      Promise.resolve({
        start: (link) => {
          this.link = link;
          return {
            credentialNeeded: ({ reason }) => this.needs.push(reason),
            close: () => ({ record: 'one' }),
          };
        },
      }),
  };
  readonly standIns: StandIns;

  constructor(load: () => Promise<AloneModule> = async () => Promise.resolve(this.module)) {
    this.standIns = new StandIns({
      load,
      say: (_window, credential) => this.said.push(credential),
      started: () => undefined,
    });
  }

  get hasStarted(): boolean {
    return this.standIns.window !== undefined;
  }

  need(reason: 'refresh' | 'expired'): void {
    this.standIns.window?.ask({ type: 'credentialNeeded', reason });
  }
}

const plan: AfterClose = { kind: 'whileInUse', hours: 12, plan: { version: 1 } };

describe('What stands in for the windows of a proxy', () => {
  it('is asked what a window would be asked, and hands its record over at the end', async () => {
    const bench = new Bench();
    bench.standIns.prepare(plan);
    await bench.standIns.startPrepared(() => bench.last);
    bench.need('refresh');
    bench.link?.refreshed();
    bench.link?.log('fetched');
    bench.link?.post({ kind: 'pending' });
    assert.deepEqual(bench.needs, ['refresh']);
    assert.deepEqual(bench.standIns.reported, { refreshes: 1, log: ['fetched'] });
    assert.deepEqual(bench.standIns.close(), { record: 'one' });
    bench.link?.post({ kind: 'pending' });
    assert.equal(bench.said.length, 1, 'nothing is said afterwards');
  });

  it('serves the last credential only, and says then what is to be done, where nobody can fetch', async () => {
    const broken = async (): Promise<AloneModule> => Promise.reject(new Error('gone'));
    for (const [load, afterClose] of [
      [undefined, { ...plan, plan: undefined }],
      [broken, plan],
    ] as const) {
      const bench = new Bench(load);
      bench.standIns.prepare(afterClose);
      await bench.standIns.startPrepared(() => bench.last);
      assert.equal(bench.hasStarted, false);
      bench.standIns.startLastCredentialOnly(bench.last);
      bench.need('refresh');
      assert.equal(bench.said.length, 0);
      bench.need('expired');
      await settle();
      const [said] = bench.said;
      assert.ok(said?.kind === 'unavailable');
      assert.equal(said.response.status, 424);
      assert.match(said.response.message, /Open the folder in VS Code again\. \(secret\.windowClosed\)$/);
    }
  });

  it('keeps the last lines of hours of failures, and of each its beginning', async () => {
    const bench = new Bench();
    bench.standIns.prepare(plan);
    await bench.standIns.startPrepared(() => bench.last);
    for (let line = 0; line < 300; line += 1) bench.link?.log(`${line}: ${'x'.repeat(100_000)}`);
    const { log } = bench.standIns.reported;
    assert.ok(log.at(-1)?.startsWith('299: xxx'));
    assert.ok(log.join('\n').length < 250_000, `${log.join('\n').length}`);
  });

  it('is not started where a window came while it was loaded, nor by a plan that was taken back', async () => {
    const bench = new Bench();
    bench.standIns.prepare(plan);
    await bench.standIns.startPrepared(() => undefined);
    assert.equal(bench.link, undefined);
    const starting = bench.standIns.startPrepared(() => bench.last);
    bench.standIns.prepare({ kind: 'shortly' });
    await starting;
    await settle();
    assert.equal(bench.link, undefined);
  });
});
