import assert from 'node:assert/strict';
import { breakable } from '../../../../src/vscode/sinks/breakable.ts';

const shown = (text: string): string => breakable(text).replaceAll('\u200B', '|');

describe('a message above a tree', () => {
  for (const [text, broken] of [
    ['Check mlflowSecretsAuth.trackingUri, also', 'Check mlflow|Secrets|Auth.|tracking|Uri, also'],
    ['at https://mlflow.company.com:8443/a', 'at https://mlflow.|company.|com:|8443/|a'],
    ['http://127.0.0.1:5811 responded', 'http://127.0.0.1:5811 responded'],
    ['needsConfiguration', 'needsConfiguration'],
  ] as const) {
    it(`breaks words that are wider than the view, and no others: ${text}`, () => {
      assert.equal(shown(text), broken);
    });
  }
});
