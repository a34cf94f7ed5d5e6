import assert from 'node:assert/strict';
import { runSteps, step as runStep } from '../../../support/setup/progress.mjs';

class Output {
  readonly isTTY: boolean;
  readonly columns = 60;
  text = '';
  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }
  write(text: string): void {
    this.text += text;
  }
}

const step = (title: string, work = async (): Promise<unknown> => Promise.resolve()) => ({
  title,
  usualSeconds: 40,
  work,
});

describe('the progress of installing', () => {
  it('is numbered lines where there is no terminal', async () => {
    const output = new Output(false);
    await runSteps([[step('a'), step('b')]], output);
    assert.equal(
      output.text,
      '[1/2] a: usually 40 s\n[1/2] a: done in 0 s\n[2/2] b: usually 40 s\n[2/2] b: done in 0 s\n',
    );
  });

  it('is one line that never wraps on a terminal', async () => {
    const output = new Output(true);
    await runSteps([[step('a'.repeat(100))], [step('b')]], output);
    for (const line of output.text.split(/[\r\n]/).filter((text) => text.includes('of about'))) {
      assert.ok(line.replace('\u001b[K', '').length < 60, line);
    }
    assert.match(output.text, /\[2\/2\] b: done in 0 s\n/);
  });

  it('gives what a single step gives', async () => {
    const output = new Output(false);
    assert.equal(await runStep('a', 40, async () => Promise.resolve(7), output), 7);
    assert.equal(output.text, 'a: usually 40 s\na: done in 0 s\n');
  });

  it('runs lanes side by side, and the steps of a lane one after the other', async () => {
    const done: string[] = [];
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const waits = step('waits', async () => promise.then(() => done.push('waits')));
    const after = step('after', async () => Promise.resolve(done.push('after')));
    const frees = step('frees', async () => {
      resolve(undefined);
      return Promise.resolve();
    });
    await runSteps([[waits, after], [frees]], new Output(false));
    assert.deepEqual(done, ['waits', 'after']);
  });

  it('starts nothing more after a failure, and reports each failure', async () => {
    const output = new Output(false);
    const fails = (message: string) => step(message, async () => Promise.reject(new Error(message)));
    const lanes = [[fails('no network'), step('never')], [fails('no disk')]];
    await assert.rejects(runSteps(lanes, output), /^AggregateError: no network\n\nno disk$/);
    assert.doesNotMatch(output.text, /never/);
    assert.match(output.text, /\[1\/3\] no network: failed after 0 s/);
  });
});
