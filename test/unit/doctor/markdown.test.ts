import assert from 'node:assert/strict';
import { toMarkdown } from '../../../src/doctor/markdown.ts';
import { redactKnown } from '../../../src/doctor/redact.ts';
import { reportOf } from '../../../src/doctor/report.ts';
import type { Cell, Report } from '../../../src/doctor/report.ts';
import { settings } from '../../../src/settings/manifest.ts';
import { evidenceOf, read, server, vault } from './evidence.ts';

const asIs = (text: string): string => text;

function cellOf(cell: Cell, redact = asIs): string {
  const report: Report = {
    title: 'Title',
    checked: 'Checked.',
    summary: 'Well.',
    sections: [{ heading: 'Section', columns: ['One', 'Two'], rows: [[cell, 'end']] }],
  };
  const last = toMarkdown(report, redact).trimEnd().split('\n').at(-1) ?? '';
  return /^\| (.*) \| end \|$/.exec(last)?.[1] ?? `not one row: ${last}`;
}

describe('The Markdown of a diagnosis', () => {
  it('has a heading and a table for each section', () => {
    const report: Report = {
      title: 'Title',
      checked: 'Checked.',
      summary: 'Well.',
      sections: [{ heading: 'Section', columns: ['One', 'Two'], rows: [['a', { code: 'b' }]] }],
    };
    assert.equal(
      toMarkdown(report, asIs),
      '# Title\n\nChecked.\n\nWell.\n\n## Section\n\n| One | Two |\n| --- | --- |\n| a | `b` |\n',
    );
  });

  it('shows what settings hold as text: no pictures, links, markup or further cells', () => {
    const hostile = '![x](https://evil.example/x) <img src=x> [a](command:b) | *c* `d` &lt;\n# e';
    const outsideCode = cellOf(hostile).replaceAll(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
    assert.doesNotMatch(outsideCode, /[![\]<>|*`\n]/);
    assert.doesNotMatch(outsideCode, /https:/);
  });

  it('reads as a person would write it, also as it is written', () => {
    assert.equal(
      cellOf('Set mlflowSecretsAuth.vault.path, or ask (at https://a.example). "auto" chose vault: why?'),
      'Set `mlflowSecretsAuth.vault.path`, or ask (at `https://a.example`). "auto" chose vault: why?',
    );
    assert.equal(
      cellOf('Fetched 3 min ago (status 401), 2 failed.'),
      'Fetched 3 min ago (status 401), 2 failed.',
    );
    assert.equal(cellOf('✗'), '✗');
    assert.equal(cellOf('!'), '!');
  });

  it('keeps a value as it is written, whatever fences it holds', () => {
    assert.equal(cellOf({ code: 'secret/mlflow' }), '`secret/mlflow`');
    assert.equal(cellOf({ code: 'a``b`' }), '``` a``b` ```');
    assert.equal(cellOf({ code: 'two\nlines' }), '`two\uFFFDlines`');
    assert.equal(cellOf({ code: 'a|b' }), 'a&#124;b');
  });

  it('hides known secrets, and what has the form of a secret, in texts and values', () => {
    const redact = (text: string): string => text.replaceAll('hunter2', '[hidden]');
    assert.equal(cellOf({ code: 'it is hunter2' }, redact), '`it is [hidden]`');
    assert.doesNotMatch(cellOf('it is hunter2', redact), /hunter2/);
    assert.doesNotMatch(cellOf({ code: 'https://a:b-c@d.example' }), /b-c/);
  });

  it('hides a known secret in whatever setting somebody put it', async () => {
    const secret = 'canary "hunter2" `x`';
    for (const key of Object.keys(settings)) {
      const evidence = await evidenceOf({ read: await read({ ...server, ...vault, [key]: secret }) });
      const markdown = toMarkdown(reportOf(evidence), (text) => redactKnown(text, [secret]));
      assert.doesNotMatch(markdown, /hunter2/, key);
    }
  });
});
