import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toMarkdown } from '../../src/doctor/markdown.ts';
import { inertLabel, inertLine, inertMarkdown, inertMarkdownCode, inertProse } from '../../src/inert.ts';
import { hostileTexts } from '../hostile/corpus.ts';

/** As the editor finds links in messages and icons in labels. */
const link = /\[[^\]]+\]\([^)\s]+/;
const icon = /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/;
const unshowable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const pieces = [
  '](',
  '[',
  ']',
  '(',
  ')',
  '$(',
  '$',
  '\\',
  'command:x',
  'key',
  '~spin',
  '`',
  '\n',
  '\u200b',
  ' ',
];
const markup = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary' })))
  .map((parts) => parts.join(''));
const anyText = fc.oneof(markup, fc.constantFrom(...Object.values(hostileTexts)));
const maxLengths = fc.integer({ min: 0, max: 300 });

describe('A label with words of others', () => {
  it('has no link, no icon and no character that cannot be seen', () => {
    fc.assert(
      fc.property(anyText, maxLengths, (text, maxLength) => {
        const label = inertLabel(text, maxLength);
        assert.doesNotMatch(label, link);
        assert.doesNotMatch(label, icon);
        assert.doesNotMatch(label, unshowable);
        assert.ok(!label.includes(']('));
        assert.ok(Array.from(label).length <= maxLength);
      }),
      { numRuns: 2000 },
    );
  });

  it('has none where two of them meet, as in a message and its remedy', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        const label = `${inertLabel(one, 200)} ${inertLabel(other, 200)}`;
        assert.doesNotMatch(label, link);
        assert.doesNotMatch(label, icon);
      }),
    );
  });

  it('shows what was written', () => {
    assert.equal(inertLabel('[Sign in](command:x)', 100), '[Sign in] (command:x)');
    assert.equal(inertLabel('$(key) costs $5 (new)', 100), '$ (key) costs $5 (new)');
    assert.equal(inertLabel('https://mlflow.company.com/a[0]', 100), 'https://mlflow.company.com/a[0]');
  });
});

describe('Markdown with words of others', () => {
  it('has no mark but entities', () => {
    fc.assert(
      fc.property(anyText, maxLengths, (text, maxLength) => {
        const markdown = inertMarkdown(text, maxLength);
        assert.doesNotMatch(markdown.replace(/&#\d+;/g, ''), /[!#$%&()*+/:<=>@[\\\]^_`{|}~]|\w\.\w/);
        const shown = markdown.replace(/&#(\d+);/g, (_entity, code: string) =>
          String.fromCharCode(Number(code)),
        );
        assert.equal(shown, inertLine(text, maxLength));
      }),
    );
  });

  it('has words and code, and nothing that is neither, where it is read as it is written', () => {
    fc.assert(
      fc.property(anyText, maxLengths, (text, maxLength) => {
        const prose = inertProse(text, maxLength);
        // As CommonMark finds code: a run of backticks to the next one of the same length.
        const words = prose.replaceAll(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '').replaceAll(/&#\d+;/g, '');
        assert.doesNotMatch(words, /[#$%&*+/<=>@[\\\]^_`{|}~]|[.:!](?![.,:;!?)"'\s]|$)/);
        assert.doesNotMatch(prose, unshowable);
      }),
      { numRuns: 2000 },
    );
  });

  it('has code of one line that nothing ends', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.match(inertMarkdownCode(text, 200), /^`[^`\n\r]+`$/);
        assert.doesNotMatch(inertMarkdownCode(text, 200), icon);
      }),
    );
  });

  it('has one row for one row of a diagnosis', () => {
    for (const [name, text] of Object.entries(hostileTexts)) {
      const section = { heading: 'Settings', columns: ['a', 'b'], rows: [[text, { code: text }]] };
      const markdown = toMarkdown(
        { title: 'Diagnosis', checked: '', summary: text, sections: [section] },
        (all) => all,
      );
      assert.equal(markdown.trimEnd().split('\n').length, 11, name);
      const row = markdown.trimEnd().split('\n').at(-1) ?? '';
      assert.equal(row.split(' | ').length, 2, name);
      assert.ok(row.length < 10_000, name);
    }
  });
});
