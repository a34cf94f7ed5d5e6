import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hidden, maxShapedLength, redactKnown, redactShapes } from '../../../src/doctor/redact.ts';

describe('A diagnosis', () => {
  for (const [what, text, secret] of [
    ['user and password of an address', 'https://user:hunter2@vault.company.com/x', 'hunter2'],
    ['a password with a slash', 'https://user:pa/hunter2@vault.company.com/x', 'hunter2'],
    ['a password with an at sign', 'https://user:pa@hunter2@vault.company.com/x', 'hunter2'],
    ['a password with a question mark', 'https://user:hunter2?x@vault.company.com/x', 'hunter2'],
    ['a password with a number sign', 'https://user:pa#hunter2@vault.company.com/x', 'hunter2'],
    ['a password with a scheme', 'https://user:pa://hunter2@vault.company.com/x', 'hunter2'],
    ['a user of an address', 'https://hunter2@vault.company.com', 'hunter2'],
    ['a query', 'https://vault.company.com/x?token=hunter2', 'hunter2'],
    ['a fragment', 'https://vault.company.com/x#hunter2 then', 'hunter2'],
    ['a bearer header', 'X: Bearer hunter2', 'hunter2'],
    ['a basic header', 'basic aHVudGVyMg==', 'aHVudGVyMg=='],
    ['a Vault token', 'it is hvs.CAESIJlU9jMYEhOPYv4igdhm9PnZDrabY', 'CAESIJlU9'],
    ['an old Vault token', 's.4fRzQRnKXG9Df7BFNHbYZwcV', '4fRzQRn'],
    ['a JSON web token', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln', 'eyJzdWIi'],
    ['a Databricks token', 'dapi0123456789abcdef0123456789abcdef', '456789'],
    ['an AWS secret key', 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY1', 'wJalr'],
    ['an Azure client secret', 'Ab8Q~cdEfGhIjKlMnOpQrStUvWxYz0123456789a', 'Ab8Q'],
    ['a long hexadecimal number', 'f'.repeat(64), 'ffff'],
  ] as const) {
    it(`hides ${what}`, () => {
      const shown = redactShapes(text);
      assert.ok(!shown.includes(secret), shown);
      assert.ok(shown.includes(hidden));
    });
  }

  for (const text of [
    'https://mlflow.company.com:8443/prefix',
    'secret/data/teams/ml-platform/mlflow',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mlflow/auth-AbCdEf',
    'arn:aws:iam::123456789012:role/aws-reserved/AWSReservedSSO_DataScientist_0123456789abcdef',
    '11111111-1111-4111-8111-111111111111',
    '0123456789abcdef0123456789abcdef',
    'mlflowSecretsAuth.cache.maxStaleSeconds must be a whole number',
    'environment variable AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  ]) {
    it(`shows ${text}`, () => assert.equal(redactShapes(text), text));
  }

  it('looks at no more of a text than anybody reads', () => {
    for (const piece of ['eyJ-', 'a ', '://', 'Bearer ', '?"', 'sk-', 's.']) {
      assert.ok(redactShapes(piece.repeat(1_000_000)).length < 2 * maxShapedLength, piece);
    }
  });

  it('shows no half of a secret where it stops to look', () => {
    const token = 'hvs.CAESIJlU9jMYEhOPYv4igdhm9PnZDrabY';
    for (let length = maxShapedLength - token.length - 1; length <= maxShapedLength; length += 1) {
      const shown = redactShapes(`${'x'.repeat(length - 1)} ${token} and more`);
      assert.doesNotMatch(shown, /hvs\./, `${length}`);
    }
  });

  it('hides every known secret, whatever it looks like', () => {
    const secret = fc.string({ minLength: 4 }).filter((text) => !hidden.includes(text));
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), fc.string(), (secrets, around) => {
        const shown = redactKnown(around + secrets.join(around) + around, secrets);
        return shown.split(hidden).every((rest) => !secrets.some((one) => rest.includes(one)));
      }),
    );
  });
});
