import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { firstLine } from '../../support/first-line.ts';

describe('The first line of a program', () => {
  it('is awaited to its end, in however many pieces it comes', async () => {
    const output = new PassThrough();
    const line = firstLine(output);
    for (const piece of ['list', 'ens', '\n', 'more\n']) output.write(piece);
    assert.equal(await line, 'listens');
  });

  it('is missed where the program ends before', async () => {
    const output = new PassThrough();
    const line = firstLine(output);
    output.end('list');
    await assert.rejects(line, /The program ended after "list"/);
  });
});
