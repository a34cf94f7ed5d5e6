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

  it('are those of a button, as MLflow shows for an evaluation', () => {
    const page = '#/experiments/1/evaluation-runs?selectedRunUuid=0123&compareTo=4567';
    const button = `<a href="${local}/${page.replace('&', '&amp;')}" class="button">View evaluation results</a>`;
    assert.deepEqual(pagesIn(outputs(['text/html', button], ['text/plain', '<HTML object>'])), [page]);
  });

  it('are found in the colours of a terminal', () => {
    const line = `View the results at \u001B[93m${local}/#/experiments/1\u001B[0m\n\n`;
    assert.deepEqual(pagesIn(outputs([stdout, line])), ['#/experiments/1']);
  });

  it('are found at the end of whatever training prints, and where a stream came in parts', () => {
    const epochs = 'Epoch 1: loss 0.1\n'.repeat(20_000);
    const cell = outputs(
      [stdout, epochs],
      [stdout, `View run a at: ${local}/#/exper`],
      [stdout, 'iments/0\n'],
    );
    // The Jupyter extension appends to one output.
    const items = cell.outputs as unknown as readonly { items: readonly unknown[] }[];
    const one = { outputs: [{ items: items.flatMap((output) => output.items) }] as never };
    assert.deepEqual(pagesIn(one), ['#/experiments/0']);
    assert.deepEqual(pagesIn(outputs([stdout, `${epochs}${local}/#/experiments/0\n`])), ['#/experiments/0']);
  });

  it('are none of a picture, nor of another port', () => {
    const link = `${local}/#/experiments/0`;
    assert.deepEqual(pagesIn(outputs(['image/png', link], [stdout, `${local}1/#/x`])), []);
    assert.deepEqual(pagesIn(outputs()), []);
  });
});
