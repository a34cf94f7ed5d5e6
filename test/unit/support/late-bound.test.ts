import assert from 'node:assert/strict';
import { lateBound } from '../../support/late-bound.ts';

class Counter {
  count = 0;
  readonly #step: number;

  constructor(step: number) {
    this.#step = step;
  }

  get doubled(): number {
    return 2 * this.count;
  }

  add(): number {
    this.count += this.#step;
    return this.count;
  }
}

describe('a late-bound object', () => {
  let current: Counter | undefined;
  const counter = lateBound('counter', () => current);

  it('is the current one, with its methods, fields and getters', () => {
    current = new Counter(3);
    assert.equal(counter.add(), 3);
    counter.count += 1;
    assert.equal(current.count, 4);
    assert.equal(counter.doubled, 8);
    current = new Counter(5);
    assert.equal(counter.add(), 5);
  });

  it('says which one is missing', () => {
    current = undefined;
    assert.throws(() => counter.count, /The counter is there while a test runs/);
    assert.throws(() => (counter.count = 1), /The counter/);
  });
});
