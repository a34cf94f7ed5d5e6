import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { ensure } from '../support/setup/parts.mjs';
import { areas } from './areas.ts';
import { examine } from './examine.ts';
import type { Examined } from './examine.ts';
import { Parts } from './parts.ts';

/** How many rows run at once: most of their time they wait. */
const atOnce = 4;
/** How many rows are begun before their test is. */
const ahead = 8;

/** Runs so many at once, the others in their order. */
class Lanes {
  #free = atOnce;
  readonly #waiting: (() => void)[] = [];

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

const nothing = (): void => undefined;

describe('A planted cause of trouble is named by everybody, with its code and the remedy that works', function () {
  this.timeout(240_000);
  const parts = new Parts();

  before(async () => ensure(['mlflow', 'openbao', 'openbao-ldap', 'slapd', 'moto']));
  after(async () => {
    await Promise.allSettled(begun.values());
    await parts.stop();
  });

  const all = Object.values(areas).flat();
  const lanes = new Lanes();
  const begun = new Map<string, Promise<Examined>>();

  for (const [area, causes] of Object.entries(areas)) {
    describe(area, () => {
      for (const cause of causes) {
        it(cause.name, async () => {
          const index = all.indexOf(cause);
          // Where only some rows were chosen, those behind one of them may not be among them.
          const isInTurn = index === 0 || begun.has(all[index - 1]?.name ?? '');
          for (const next of all.slice(index, index + (isInTurn ? ahead : 1))) {
            if (begun.has(next.name)) continue;
            const examined = lanes.run(async () => examine(next, parts));
            // A row that is begun ahead of its test fails there.
            examined.catch(nothing);
            begun.set(next.name, examined);
          }
          const examined = await begun.get(cause.name);
          assert.deepEqual(examined?.faults, [], inspect(examined?.said));
        });
      }
    });
  }
});
