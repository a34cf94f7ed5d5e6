import Mocha from 'mocha';
import type { Test } from 'mocha';
import { activationSuite } from '../suites/activation.ts';
import { reloadSuite } from '../suites/reload.ts';
import { storedSuite } from '../suites/stored.ts';
import { vaultSuite } from '../suites/vault.ts';
import { hands, send } from './outside.ts';
import type { Outcome } from '../channel.ts';

const phases: Readonly<Record<string, () => void>> = {
  first: () => {
    activationSuite();
    vaultSuite();
  },
  reloaded: () => {
    reloadSuite();
    storedSuite();
  },
};

/** Called by the editor in its extension host, in each window that is opened with the tests. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 90_000, bail: false });
  mocha.suite.emit('pre-require', globalThis, null, mocha);
  const phase = await hands('phase');
  phases[phase]?.();
  const sent: Promise<unknown>[] = [];
  const tell = (test: Test, state: Outcome['state'], error?: Error): void => {
    const outcome = { title: test.fullTitle(), state, ...(error && { error: error.stack ?? error.message }) };
    sent.push(send({ type: 'outcome', outcome }));
  };
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on('pass', (test) => tell(test, 'passed'));
    runner.on('fail', (test, error: Error) => tell(test, 'failed', error));
    runner.on('pending', (test) => tell(test, 'skipped'));
  });
  await Promise.all(sent);
  await send({ type: 'end' });
}
