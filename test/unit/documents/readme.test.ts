import assert from 'node:assert/strict';
import { commands } from '../../../src/settings/manifest.ts';
import { connectHere, statusText, statusWords } from '../../../src/vscode/labels.ts';
import { packagedReadme } from '../../packaging/packaged-readme.mjs';
import { readSources } from '../../packaging/settings-table.mjs';
import { leadsSomewhere, readPage, targetsIn } from './pages.ts';

const readme = readPage('README.md');

/** How the palette lists the commands that it offers. */
async function titles(): Promise<readonly string[]> {
  const { words } = await readSources(new URL('../../../', import.meta.url));
  const texts = words as Record<string, string>;
  const hidden: readonly string[] = [
    commands.showActions,
    commands.changeSetting,
    commands.checkAgain,
    commands.copySelectedRunLink,
  ];
  const offered = Object.values(commands).filter((id) => !hidden.includes(id));
  return offered.map((id) => `MLflow: ${texts[`command.${id.split('.')[1] ?? ''}`] ?? 'no title'}`);
}

describe('the README', () => {
  it('names every command that the palette offers', async () => {
    for (const title of await titles()) assert.ok(readme.includes(title), title);
  });

  it('quotes the status bar and the palette as they are', async () => {
    const states = Object.keys(statusWords) as (keyof typeof statusWords)[];
    const texts = [...states.map((state) => statusText(state)), connectHere(), ...(await titles())];
    const quoted = [...readme.matchAll(/(?:`|\*\*)(MLflow: [^`*…]+)(?:`|\*\*)/g)].map(
      ([, text = '']) => text,
    );
    assert.ok(quoted.length >= 4);
    for (const text of quoted) assert.ok(texts.includes(text), text);
  });

  it('has fewer than 150 lines', () => {
    assert.ok(readme.split('\n').length < 150);
  });

  it('has no relative or dead link on the page of a marketplace', async () => {
    const packaged = await packagedReadme();
    const own =
      /^https:\/\/github\.com\/mlflow-secrets-auth\/mlflow-secrets-auth-vscode\/(?:blob|raw)\/HEAD\//;
    const targets = targetsIn(packaged);
    assert.ok(targets.some((target) => own.test(target)));
    const dead = targets.filter((target) => {
      if (own.test(target)) return !leadsSomewhere('README.md', target.replace(own, ''));
      return !target.startsWith('https:') && !(target.startsWith('#') && leadsSomewhere('README.md', target));
    });
    assert.deepEqual(dead, []);
  });
});
