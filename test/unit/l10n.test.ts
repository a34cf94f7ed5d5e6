import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { section, settings } from '../../src/settings/manifest.ts';
import { exportSentences, readBundle } from '../packaging/l10n.mjs';

/** Words that lost to another for the same thing, which the sentence has to use. */
const lost: readonly (readonly [RegExp, use: string])[] = [
  [/\blocal (session )?token/i, 'session token'],
  [/\bURLs?\b/, 'address'],
  [/\btype[ds]?\b/i, 'enter'],
  [/\bdash(es)?\b/i, 'hyphen'],
  [/\bauth(entication)? method/i, 'sign-in method'],
  [/secret storage of VS Code|(?<!VS Code's (encrypted )?)secret storage/i, "VS Code's secret storage"],
  [/\bconnect (to the other one )?again/i, 'run "MLflow: Connect" again'],
  [/\bthis computer/i, 'this machine'],
  [/\bnewest\b/i, 'latest'],
  [/\bMLflow server/i, 'tracking server'],
  [
    /\b(?:Dis)?[Cc]onnect MLflow\b|MLflow (?:Log|Credential|Secret|Environment)"|Diagnose MLflow/,
    'a command as the Command Palette lists it: "MLflow: Connect"',
  ],
  [/\banother mlflowSecretsAuth\b/, 'another value for mlflowSecretsAuth…'],
  [/\b(by itself|anew)\b/i, 'again, automatically'],
];

describe('The bundle of sentences for translators', () => {
  it('holds every sentence of the code; `npm run format` exports them', async function () {
    // All of the source is read.
    this.timeout(180_000);
    assert.equal(await readBundle(), await exportSentences());
  });

  it('names only settings that exist, by their full key', async () => {
    const keys = Object.keys(settings).map((key) => `${section}.${key}`);
    const named = (await readBundle()).match(/\bmlflowSecretsAuth(\.\w+)*/g) ?? [];
    const unknown = new Set(named).difference(new Set(keys));
    // A group of settings may be named, too.
    const isGroup = (name: string): boolean => keys.some((key) => key.startsWith(`${name}.`));
    assert.deepEqual(
      [...unknown].filter((name) => !isGroup(name)),
      [],
    );
  });

  it('calls one thing by one name, as the titles and descriptions of package.nls.json do', async () => {
    const titles = await readFile(new URL('../../package.nls.json', import.meta.url), 'utf8');
    const texts = [titles, await readBundle()].flatMap((json) =>
      Object.values(JSON.parse(json) as Readonly<Record<string, string>>),
    );
    const found = lost.flatMap(([words, use]) =>
      texts.filter((text) => words.test(text)).map((text) => `${use}: ${text}`),
    );
    assert.deepEqual(found, []);
  });
});
