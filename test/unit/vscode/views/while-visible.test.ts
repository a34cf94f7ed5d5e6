import assert from 'node:assert/strict';
import { WhileVisible } from '../../../../src/vscode/views/while-visible.ts';

class View {
  visible = false;
  #listener: () => unknown = () => undefined;

  readonly onDidChangeVisibility = (listener: (event: { visible: boolean }) => unknown) => {
    this.#listener = () => listener({ visible: this.visible });
    return { dispose: () => (this.#listener = () => undefined) };
  };

  set(visible: boolean): void {
    this.visible = visible;
    this.#listener();
  }
}

describe('What is done while somebody sees a view', () => {
  const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('is done at once when it is seen, not while it is hidden, and once at a time', async () => {
    const view = new View();
    let runs = 0;
    let finish: () => void = () => undefined;
    const run = async (): Promise<void> => {
      runs += 1;
      return new Promise((resolve) => (finish = resolve));
    };
    const shown = new WhileVisible(view, 60_000, { run, failed: (error) => assert.fail(String(error)) });
    assert.equal(runs, 0);
    view.set(true);
    view.set(true);
    assert.equal(runs, 1);
    finish();
    await turn();
    view.set(false);
    assert.equal(runs, 1);
    view.set(true);
    assert.equal(runs, 2);
    finish();
    shown.dispose();
    view.set(true);
    assert.equal(runs, 2);
  });

  it('is done again where it failed', async () => {
    const view = new View();
    view.visible = true;
    const errors: unknown[] = [];
    let runs = 0;
    const run = async (): Promise<void> => {
      runs += 1;
      return Promise.reject(new Error('it broke'));
    };
    const shown = new WhileVisible(view, 60_000, { run, failed: (error) => errors.push(error) });
    await turn();
    view.set(true);
    await turn();
    assert.deepEqual([runs, errors.length], [2, 2]);
    shown.dispose();
  });
});
