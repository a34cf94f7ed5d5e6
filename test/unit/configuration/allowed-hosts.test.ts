import assert from 'node:assert/strict';
import { isAllowedHost } from '../../../src/configuration/allowed-hosts.ts';

describe('the list of allowed hosts', () => {
  const cases: [origin: string, patterns: string[], allowed: boolean][] = [
    ['https://mlflow.company.com', [], true],
    ['https://mlflow.company.com', ['mlflow.company.com'], true],
    ['https://mlflow.company.com', ['MLFLOW.Company.com'], true],
    ['https://mlflow.company.com', ['*.company.com'], true],
    ['https://company.com', ['*.company.com'], false],
    ['https://mlflow.company.com.evil.example', ['*.company.com'], false],
    ['https://mlflow.company.com.evil.example', ['mlflow.company.com'], false],
    ['https://evilcompany.com', ['*.company.com'], false],
    ['https://mlflowXcompany.com', ['mlflow.company.com'], false],
    ['https://mlflow.company.com:8443', ['mlflow.company.com'], true],
    ['https://mlflow.company.com:8443', ['mlflow.company.com:8443'], true],
    ['https://mlflow.company.com:9443', ['mlflow.company.com:8443'], false],
    ['https://other.example', ['mlflow.company.com', '*.example'], true],
  ];
  for (const [origin, patterns, allowed] of cases) {
    it(`${allowed ? 'lets' : 'does not let'} ${origin} through [${patterns.join(', ')}]`, () => {
      assert.equal(isAllowedHost(origin, patterns), allowed);
    });
  }
});
