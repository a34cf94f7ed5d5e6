import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SessionToken, tokenFrom } from '../../../../src/proxy/admission/session-token.ts';

describe('The session token', () => {
  it('is read from Bearer and from the password of Basic, and from nowhere else', () => {
    const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
    const table: Readonly<Record<string, string | undefined>> = {
      'Bearer abc': 'abc',
      'bearer   abc': 'abc',
      [basic('user:abc')]: 'abc',
      [basic(':abc')]: 'abc',
      [basic('user:a:b:c')]: 'a:b:c',
      [basic('user:')]: '',
      [basic('abc')]: undefined,
      'Basic !!!': undefined,
      'Basic YTpi=YTpi': undefined,
      'Bearer a b': undefined,
      'Bearer a,b': 'a,b',
      Bearer: undefined,
      abc: undefined,
      '': undefined,
      'Digest abc': undefined,
    };
    for (const [authorization, expected] of Object.entries(table)) {
      assert.equal(tokenFrom(authorization), expected, authorization);
    }
  });

  it('matches itself only', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (token, other) => {
        assert.equal(new SessionToken(token).matches(token), true);
        assert.equal(new SessionToken(token).matches(other), token === other);
      }),
    );
  });

  it('any user’s Basic password is found, whatever the user is called', () => {
    fc.assert(
      fc.property(
        fc.string().filter((user) => !user.includes(':')),
        (user) => {
          const pair = Buffer.from(`${user}:canary-token`).toString('base64');
          assert.equal(tokenFrom(`Basic ${pair}`), 'canary-token');
        },
      ),
    );
  });
});
