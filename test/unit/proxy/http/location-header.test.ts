import assert from 'node:assert/strict';
import { localLocation } from '../../../../src/proxy/http/location-header.ts';

const local = 'http://127.0.0.1:5000';

describe('A redirect', () => {
  it('to the tracking server comes back to the local address; any other is left as it is', () => {
    const table: readonly (readonly [string, string, string])[] = [
      ['https://mlflow.example', 'https://mlflow.example/a?b#c', `${local}/a?b#c`],
      ['https://mlflow.example', 'HTTPS://MLFLOW.example:443/a', `${local}/a`],
      ['https://mlflow.example', 'https://mlflow.example', local],
      ['https://mlflow.example', 'https://mlflow.example?x', `${local}?x`],
      ['https://mlflow.example', '//mlflow.example/a', `${local}/a`],
      ['https://mlflow.example:8443', 'https://mlflow.example:8443/a', `${local}/a`],
      ['https://mlflow.example:8443', 'https://mlflow.example/a', 'https://mlflow.example/a'],
      ['https://mlflow.example', 'http://mlflow.example/a', 'http://mlflow.example/a'],
      [
        'https://mlflow.example',
        'https://mlflow.example.evil.example/',
        'https://mlflow.example.evil.example/',
      ],
      ['https://mlflow.example', 'https://user@mlflow.example/', 'https://user@mlflow.example/'],
      [
        'https://mlflow.example',
        'https://mlflow.example@evil.example/',
        'https://mlflow.example@evil.example/',
      ],
      ['https://mlflow.example', '/a', '/a'],
      ['https://mlflow.example', 'a', 'a'],
      ['https://mlflow.example', '?a', '?a'],
      ['https://mlflow.example', '', ''],
      ['https://mlflow.example', 'https://', 'https://'],
      ['https://mlflow.example', 'https://[', 'https://['],
      ['https://mlflow.example', 'mailto:x@mlflow.example', 'mailto:x@mlflow.example'],
    ];
    for (const [upstream, value, expected] of table) {
      assert.equal(localLocation(value, upstream, local), expected, value);
    }
  });
});
