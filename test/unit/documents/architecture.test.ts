import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { readPage, tableRows } from './pages.ts';

const root = new URL('../../../', import.meta.url);
const architecture = readPage('ARCHITECTURE.md');
const { default: cruiser } = (await import(new URL('.dependency-cruiser.mjs', root).href)) as {
  default: { forbidden: { name: string; comment?: string }[] };
};

/** `settings, network`, by `providers/`; as the rules for the imports of rooms say it. */
function allowedByRule(): ReadonlyMap<string, string> {
  const sentences = cruiser.forbidden
    .filter(({ name }) => name.endsWith('-knows-only'))
    .map(({ comment = '' }) => /^(\S+) may import (.+?)(?: of the proxy)?\.$/.exec(comment) ?? []);
  return new Map(sentences.map(([, room = '', allowed = '']) => [room, allowed]));
}

describe('ARCHITECTURE.md', () => {
  it('says of each room what the rules allow it to import', () => {
    const rooms = tableRows(architecture).filter(([room = '']) => /^`[a-z/]+\/`$/.test(room));
    const written = new Map(rooms.map(([room = '', , allowed = '']) => [room.replaceAll('`', ''), allowed]));
    assert.equal(written.get('vscode/'), 'anything');
    written.delete('vscode/');
    assert.deepEqual(Object.fromEntries(written), Object.fromEntries(allowedByRule()));
  });

  it('has a row for each room', () => {
    for (const [folder, prefix] of [
      ['src/', ''],
      ['src/proxy/', 'proxy/'],
    ] as const) {
      const entries = readdirSync(new URL(folder, root), { withFileTypes: true });
      for (const { name } of entries.filter((one) => one.isDirectory()))
        assert.ok(architecture.includes(`\n| \`${prefix}${name}/\``), prefix + name);
    }
  });

  it('names rules that there are', () => {
    const eslint = readFileSync(new URL('eslint.config.mjs', root), 'utf8');
    const names = new Set(cruiser.forbidden.map(({ name }) => name));
    const cells = tableRows(architecture.split('## Invariants')[1]?.split('\n## ')[0] ?? '');
    const rules = cells.flatMap(([, held = '']) =>
      [...held.matchAll(/rules? ((?:`[^`]+`(?:, | and )?)+)/g)].flatMap(([, list = '']) =>
        [...list.matchAll(/`([^`]+)`/g)].map(([, rule = '']) => rule),
      ),
    );
    assert.ok(rules.length > 10);
    const missing = rules.filter((rule) => !names.has(rule) && !eslint.includes(`'${rule}'`));
    assert.deepEqual(missing, []);
  });

  it('names for each invariant a rule or a test that holds it', () => {
    const rows = tableRows(architecture.split('## Invariants')[1]?.split('\n## ')[0] ?? '');
    assert.ok(rows.length > 15);
    for (const [invariant, held = ''] of rows) assert.match(held, /rules? `|`test\//, invariant);
  });
});
