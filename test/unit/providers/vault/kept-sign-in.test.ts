import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KeptSignIn } from '../../../../src/providers/vault/kept-sign-in.ts';
import type { SignInInput } from '../../../../src/providers/vault/sign-in/sign-in-input.ts';
import type { TextStorage } from '../../../../src/providers/source.ts';

/** A sign-in in the browser, of which that text was kept. */
function kept(text: string): { readonly signIn: KeptSignIn; readonly isDeleted: () => boolean } {
  let stored: string | undefined = text;
  const signInStorage: TextStorage = {
    load: async () => Promise.resolve(stored),
    save: async () => Promise.reject(new Error('not used')),
    delete: async () => Promise.resolve(void (stored = undefined)),
  };
  const input = {
    configuration: { authMethod: 'oidc' },
    context: { signInStorage, clock: { now: () => 1000 }, log: (line: string) => assert.fail(line) },
  } as unknown as SignInInput;
  return { signIn: new KeptSignIn(input), isDeleted: () => stored === undefined };
}

describe('A sign-in to Vault that was kept', () => {
  const right = {
    token: 'canary-token',
    leaseSeconds: 60,
    isRenewable: true,
    origin: 'browser',
    expiresAt: 2000,
  };

  it('is used again until its end', async () => {
    assert.equal((await kept(JSON.stringify(right)).signIn.load())?.token.value.reveal(), 'canary-token');
    const { signIn, isDeleted } = kept(JSON.stringify({ ...right, expiresAt: 1000 }));
    assert.equal(await signIn.load(), undefined);
    assert.ok(isDeleted());
  });

  it('is deleted where it cannot be read, and keeps nobody from signing in', async () => {
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constant(null),
      fc
        .tuple(fc.constantFrom('token', 'leaseSeconds', 'expiresAt'), fc.constantFrom(null, [], {}, true))
        .map(([name, value]) => ({ ...right, [name]: value })),
    );
    const text = fc.oneof(
      fc.string(),
      odd.map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(text, async (stored) => {
        const { signIn, isDeleted } = kept(stored);
        assert.equal(await signIn.load(), undefined);
        assert.ok(isDeleted());
      }),
    );
  });
});
