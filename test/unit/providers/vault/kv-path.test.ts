import assert from 'node:assert/strict';
import {
  apiPath,
  belowMount,
  encoded,
  possiblePaths,
  versionTwo,
} from '../../../../src/providers/vault/kv-path.ts';

describe('a path in Vault', () => {
  const rows: readonly (readonly [path: string, tried: readonly string[]])[] = [
    ['secret/mlflow', ['secret/data/mlflow', 'secret/mlflow']],
    // The API's own form of the path, or a name that begins with data/.
    ['secret/data/x', ['secret/data/x', 'secret/data/data/x', 'secret/data/data/x', 'secret/data/x']],
    [
      'teams/ml/kv/mlflow',
      ['teams/data/ml/kv/mlflow', 'teams/ml/data/kv/mlflow', 'teams/ml/kv/data/mlflow', 'teams/ml/kv/mlflow'],
    ],
  ];
  for (const [path, tried] of rows) {
    it(`${path} is looked for at each possible mount, in both versions`, () => {
      assert.deepEqual(possiblePaths(path).map(apiPath), tried);
    });
  }

  it('marks a mount as a guess where several are possible', () => {
    assert.equal(
      possiblePaths('a/b/c').every(({ isGuess }) => isGuess === true),
      true,
    );
    assert.equal(
      possiblePaths('a/b').some(({ isGuess }) => isGuess === true),
      false,
    );
  });

  it('takes data/ off a path of version 2 first', () => {
    assert.deepEqual(
      versionTwo('secret', 'data/mlflow').map(({ rest }) => rest),
      ['mlflow', 'data/mlflow'],
    );
  });

  it('takes off the mount, and nothing that only begins like it', () => {
    assert.equal(belowMount('secret/mlflow', 'secret'), 'mlflow');
    assert.equal(belowMount('secrets/mlflow', 'secret'), 'secrets/mlflow');
    assert.equal(belowMount('secret', 'secret'), '');
  });

  it('encodes each part, so that a name adds no query or path', () => {
    assert.equal(encoded('secret/a b?c#d%/e'), 'secret/a%20b%3Fc%23d%25/e');
  });
});
