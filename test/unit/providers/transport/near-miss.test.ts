import assert from 'node:assert/strict';
import { nearMiss } from '../../../../src/providers/transport/near-miss.ts';

const known = ['secret/mlflow', 'secret/mlflow-dev', 'team/token', 'Prod/MLflow', 'ab'];

describe('a near miss', () => {
  for (const [word, meant] of [
    ['secret/mlfow', 'secret/mlflow'],
    ['secret/mlflwo', 'secret/mlflow'],
    ['secrte/mlflow-dev', 'secret/mlflow-dev'],
    ['prod/mlflow', 'Prod/MLflow'],
    ['team/tokens', 'team/token'],
  ] as const) {
    it(`of ${word} is ${meant}`, () => assert.equal(nearMiss(word, known), meant));
  }

  for (const word of ['secret/mlflow', 'secret/other', 'a', 'abc', 'team/password', '', 'x'.repeat(5000)]) {
    it(`is none of "${word.slice(0, 20)}"`, () => assert.equal(nearMiss(word, known), undefined));
  }
});
