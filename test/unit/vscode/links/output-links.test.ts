import assert from 'node:assert/strict';
import { linksInOutputs } from '../../../../src/vscode/links/output-links.ts';

const server = { port: 54_321, tracking: { origin: 'https://mlflow.company.com', basePath: '' } };
const local = 'http://127.0.0.1:54321';
const stdout = 'application/vnd.code.notebook.stdout';

/** The outputs of a cell, each of one item. */
const outputs = (...items: readonly (readonly [mime: string, text: string])[]): { outputs: never } => ({
  outputs: items.map(([mime, text]) => ({ items: [{ mime, data: Buffer.from(text) }] })) as never,
});

describe('Links in the outputs of a cell', () => {
  const pagesIn = (cell: { outputs: never }): readonly string[] =>
    linksInOutputs(cell, server).map(({ page }) => page);

  it('are those that were printed, the last one first', () => {
    const run = (id: number): string => `View run a at: ${local}/#/experiments/0/runs/${id}\n`;
    const cell = outputs(
      [stdout, run(1) + run(2)],
      ['text/plain', run(3)],
      ['application/vnd.code.notebook.stderr', run(4)],
    );
    assert.deepEqual(
      pagesIn(cell),
      [4, 3, 2, 1].map((id) => `#/experiments/0/runs/${id}`),
    );
  });

  it('are none of what is shown otherwise, nor of another port', () => {
    const link = `${local}/#/experiments/0`;
    assert.deepEqual(
      pagesIn(outputs(['text/html', link], ['image/png', link], [stdout, `${local}1/#/x`])),
      [],
    );
    assert.deepEqual(pagesIn(outputs()), []);
  });
});
