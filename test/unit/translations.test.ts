import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { languages, sameIn, words } from '../packaging/translation-words.ts';
import { faultsOf, readTranslations } from '../packaging/translations.ts';
import type { Texts } from '../packaging/translations.ts';

describe('The translations', () => {
  for (const language of languages) {
    it(`has the sentences and the manifest in ${language}, complete; \`npm run translations\` lists what is not`, async () => {
      const { sentences, manifest } = await readTranslations(language);
      assert.deepEqual([...faultsOf(sentences), ...faultsOf(manifest)], []);
    });

    it(`excuses in ${language} only what is there from being translated`, async () => {
      const { sentences, manifest } = await readTranslations(language);
      const texts = new Set([...Object.values(sentences.english), ...Object.values(manifest.english)]);
      assert.deepEqual(
        [...sameIn[language]].filter((text) => !texts.has(text)),
        [],
      );
    });

    it(`has no title for ${language} that no sentence quotes`, async () => {
      const { sentences } = await readTranslations(language);
      const all = Object.keys(sentences.english).join('\n');
      assert.deepEqual(
        Object.keys(words[language].titles).filter((title) => !all.includes(`"${title}"`)),
        [],
      );
    });
  }

  it('have a list of words for whoever translates', async () => {
    const page = await readFile(new URL('../../docs/translations.md', import.meta.url), 'utf8');
    const titles = languages.flatMap((language) => Object.values(words[language].titles));
    assert.deepEqual(
      titles.filter((title) => !page.includes(title)),
      [],
    );
  });
});

describe('The check of a translation', () => {
  const faults = (english: Texts, translated: Texts, titles: Texts = {}): readonly string[] =>
    faultsOf({ english, translated, language: 'de', titles }).map(({ what }) => what);

  it('takes what is complete', () => {
    const english = { '{0} is not set': '{0} is not set', Connect: 'Connect', '{0}: {1}': '{0}: {1}' };
    const german = {
      '{0} is not set': '{0} ist nicht gesetzt',
      Connect: 'Verbinden',
      '{0}: {1}': '{0}: {1}',
    };
    assert.deepEqual(faults(english, german), []);
  });

  it('finds what is missing, and what is left over', () => {
    assert.deepEqual(faults({ Connect: 'Connect' }, { Disconnect: 'Trennen' }), ['missing', 'left over']);
  });

  const unequal = [
    ['Secret {0} in {1}', 'Secret {0}', 'has {0} for {0} {1}'],
    ['Port `0`', 'Port `1`', 'has `1` for `0`'],
    ['[Connect](command:a.b)', '[Verbinden](command:a.c)', 'has ](command:a.c) for ](command:a.b)'],
    ['Check mlflowSecretsAuth.vault.path.', 'Pfad prüfen.', 'has nothing for mlflowSecretsAuth.vault.path'],
    ['Set VAULT_ADDR.', 'VAULT_TOKEN setzen.', 'has VAULT_TOKEN for VAULT_ADDR'],
    ['It begins with https://.', 'Es beginnt mit http://.', 'has http:// for https://'],
  ] as const;
  for (const [english, german, fault] of unequal) {
    it(`finds that "${german}" ${fault}`, () => {
      assert.deepEqual(faults({ key: english }, { key: german }), [fault]);
    });
  }

  it('finds English that was left by accident', () => {
    assert.deepEqual(faults({ key: 'Try Again' }, { key: 'Try Again' }), ['not translated']);
    assert.deepEqual(faults({ key: 'Ask the server.' }, { key: 'Ask den Server of Vault.' }), [
      'has the English word of',
    ]);
  });

  it('finds a command that is called by another title than in the Command Palette', () => {
    const titles = { 'MLflow: Show Log': 'MLflow: Protokoll anzeigen' };
    const english = { key: 'Run "MLflow: Show Log".' };
    assert.deepEqual(faults(english, { key: '„MLflow: Protokoll anzeigen“ ausführen.' }, titles), []);
    assert.deepEqual(faults(english, { key: '„MLflow: Log zeigen“ ausführen.' }, titles), [
      'lacks „MLflow: Protokoll anzeigen“',
    ]);
  });

  it('finds a second word for one thing', () => {
    assert.deepEqual(faults({ key: 'Vault password' }, { key: 'Vault-Passwort' }), ['use Kennwort']);
  });
});
