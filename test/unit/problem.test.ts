import assert from 'node:assert/strict';
import { Problem } from '../../src/problem.ts';
import { Secret } from '../../src/secret.ts';

/** The same module, evaluated a second time, as in another bundle. */
async function copyOf<T>(module: string): Promise<T> {
  return (await import(`${module}?copy`)) as T;
}

const details = {
  code: 'vault.sealed',
  message: 'Vault is sealed.',
  remedy: 'Unseal it.',
  retry: 'automatic',
} as const;

describe('a problem', () => {
  it('is known across bundles, and nothing else is one', async () => {
    const other = await copyOf<{ Problem: typeof Problem }>('../../src/problem.ts');
    assert.notEqual(other.Problem, Problem);
    assert.ok(new other.Problem(details) instanceof Problem);
    assert.ok(new Problem(details) instanceof Error);
    for (const value of [new Error('x'), { ...details }, null, undefined, 'vault.sealed']) {
      assert.equal((value as unknown) instanceof Problem, false);
    }
  });
});

describe('a secret', () => {
  it('is compared across bundles', async () => {
    const other = await copyOf<{ Secret: typeof Secret }>('../../src/secret.ts');
    assert.ok(new Secret('canary-1').equals(new other.Secret('canary-1')));
    assert.ok(!new Secret('canary-1').equals(new other.Secret('canary-2')));
  });
});
