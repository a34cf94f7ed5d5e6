import assert from 'node:assert/strict';
import { parseSecretFields } from '../../../src/settings/secret-fields.ts';

describe('The setting of the fields of a secret', () => {
  const usable: readonly object[] = [{}, { token: 'api_key' }, { username: 'login', password: 'pw' }];
  for (const value of usable) {
    it(`may be ${JSON.stringify(value)}`, () => assert.deepEqual(parseSecretFields(value), value));
  }

  const unusable: readonly unknown[] = [
    ...[null, 'token', [], ['token'], { token: '' }, { token: 5 }, { username: 'login' }, { password: 'pw' }],
    ...[{ token: 'a', username: 'b', password: 'c' }, { tokens: 'a' }, { token: 'a', other: 'b' }],
    { token: 'x'.repeat(257) },
  ];
  for (const value of unusable) {
    it(`is not ${JSON.stringify(value).slice(0, 60)}`, () =>
      assert.equal(parseSecretFields(value), undefined));
  }
});
