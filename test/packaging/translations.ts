import { readFile } from 'node:fs/promises';
import { languages, sameIn, words } from './translation-words.ts';
import type { Language } from './translation-words.ts';

export type Texts = Readonly<Record<string, string>>;

export interface Translation {
  readonly english: Texts;
  readonly translated: Texts;
  readonly language: Language;
  /** What quoted titles of ours are in this language. */
  readonly titles: Texts;
}

/** What a program or a person has to find again, letter for letter and as often. */
const literals: readonly RegExp[] = [
  /\{\d+\}/g,
  /`[^`]*`/g,
  /\]\(command:[^)]*\)/g,
  /\b(?:mlflowSecretsAuth|http)(?:\.\w+)+/g,
  /\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g,
  /https?:\/\/(?:[\w.:/{}-]*[\w/}])?/g,
  /~\/[\w./-]*\w/g,
  /\{"[^}]*\}/g,
];

/** Words that no sentence in German or Chinese has outside of quotes. */
const englishWords = /\b(?:the|and|is|are|of|for|with|from|your|this|that|not|cannot|it|to)\b/i;

/** Stands where something was taken out, so that what is around it does not meet. */
const taken = '\uFFFC';

export interface Fault {
  readonly key: string;
  readonly what: string;
}

/** What is wrong with a translation; nothing when it is complete. */
export function faultsOf(translation: Translation): readonly Fault[] {
  const { english, translated } = translation;
  const keys = new Set([...Object.keys(english), ...Object.keys(translated)]);
  return [...keys].flatMap((key) => {
    const [source, text] = [english[key], translated[key]];
    if (text === undefined) return [{ key, what: 'missing' }];
    if (source === undefined) return [{ key, what: 'left over' }];
    return faultsOfText(source, text, translation).map((what) => ({ key, what }));
  });
}

function faultsOfText(source: string, text: string, { language, titles }: Translation): readonly string[] {
  const faults: string[] = [];
  if (source === text && /\p{L}/u.test(withoutLiterals(source)) && !sameIn[language].has(source)) {
    faults.push('not translated');
  }
  for (const literal of literals) {
    const [wanted, found] = [source, text].map((one) => (one.match(literal) ?? []).toSorted().join(' '));
    if (wanted !== found) faults.push(`has ${found || 'nothing'} for ${wanted || 'nothing'}`);
  }
  const { quotes, lost } = words[language];
  const [open, close] = quotes;
  for (const [, quoted = ''] of withoutLiterals(source, literals.slice(1)).matchAll(/"([^"]+)"/g)) {
    const shown = `${open}${titles[quoted] ?? quoted}${close}`;
    if (!text.includes(shown)) faults.push(`lacks ${shown}`);
  }
  const own = withoutLiterals(text).replaceAll(new RegExp(`${open}[^${close}]*${close}`, 'g'), taken);
  const foreign = englishWords.exec(own);
  if (foreign !== null && source !== text) faults.push(`has the English word ${foreign[0]}`);
  return [...faults, ...lost.filter(([word]) => word.test(own)).map(([, use]) => `use ${use}`)];
}

function withoutLiterals(text: string, which = literals): string {
  return which.reduce((rest, literal) => rest.replaceAll(literal, taken), text);
}

async function readTexts(name: string): Promise<Texts> {
  const file = new URL(`../../${name}.json`, import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')) as Texts;
}

/** The sentences of the code, and the words of the manifest, in one language. */
export async function readTranslations(
  language: Language,
): Promise<Readonly<Record<'sentences' | 'manifest', Translation>>> {
  const [sentences, sentencesIn, manifest, manifestIn] = await Promise.all([
    readTexts('media/l10n/bundle.l10n'),
    readTexts(`media/l10n/bundle.l10n.${language}`),
    readTexts('package.nls'),
    readTexts(`package.nls.${language}`),
  ]);
  const commands = Object.entries(manifest).filter(([key]) => key.startsWith('command.'));
  // A command that is a button in the title of an editor is called without the category.
  const buttons = commands.map(([key, title]) => [title, manifestIn[key] ?? title] as const);
  const titles = {
    ...words[language].titles,
    ...Object.fromEntries(buttons),
    ...sentencesIn,
    ...Object.fromEntries(
      commands.map(([key, title]) => [`MLflow: ${title}`, `MLflow: ${manifestIn[key] ?? title}`]),
    ),
  };
  return {
    sentences: { english: sentences, translated: sentencesIn, language, titles },
    manifest: { english: manifest, translated: manifestIn, language, titles },
  };
}

if (import.meta.main) {
  for (const language of languages) {
    for (const [part, translation] of Object.entries(await readTranslations(language))) {
      const faults = faultsOf(translation);
      console.log(`${language}, ${part}: ${faults.length === 0 ? 'complete' : faults.length}`);
      for (const { key, what } of faults) console.log(`  ${what}: ${key}`);
      if (faults.length > 0) process.exitCode = 1;
    }
  }
}
