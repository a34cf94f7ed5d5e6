import * as l10n from '@vscode/l10n';
import { inertLine } from '../inert.ts';
import { quoted } from './facts.ts';

interface PathValueOptions {
  /** `one`: a single segment, such as a name; a slash is refused, too. */
  readonly segments: 'one' | 'many';
  /** Of a header, where anything else has no agreed form. */
  readonly asciiOnly?: true;
  /** A Windows domain and one backslash may stand before a single segment, which is sent percent-encoded. */
  readonly mayHaveDomain?: true;
}

/**
 * Characters that end a path or that some server or gateway on the way reads as another path: `%` begins an encoded
 * character, `;` a parameter, `\` is a slash to some. The value itself is never written encoded.
 */
const special = /[%?#\\;\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** Letters, marks and digits of other scripts are sent as UTF-8; anything else there may be taken for a dot or a slash. */
const unusual = /[^\p{ASCII}\p{L}\p{M}\p{N}]/u;

/**
 * What to change in a value before it may become part of a URL's path; `undefined` when it may. One slash before and
 * after it does no harm: `withoutOuterSlashes` takes it off. Nothing that this lets through is resolved, cut off or
 * read as something else by a URL parser, encoded once or not.
 */
export function pathValueFix(value: string, options: PathValueOptions): string | undefined {
  const { mayHaveDomain, ...ofName } = options;
  const { segments, asciiOnly } = ofName;
  const [domain = '', name, ...more] = value.split('\\');
  if (mayHaveDomain && name !== undefined && more.length === 0) {
    // Whoever takes the backslash for a slash finds a part on each side that leads nowhere.
    return pathValueFix(domain, ofName) ?? pathValueFix(name, ofName);
  }
  const character =
    special.exec(value) ?? unusual.exec(value) ?? (asciiOnly ? /\P{ASCII}/u.exec(value) : null);
  if (character !== null) return l10n.t('Remove the character {0}.', named(character[0]));
  // A form that another reader may compose or fold to other characters.
  const normalized = value.normalize('NFKC');
  if (normalized !== value) return l10n.t('Enter it as {0}.', quoted(normalized));
  const parts = segments === 'one' ? [value] : withoutOuterSlashes(value).split('/');
  if (segments === 'one' && value.includes('/')) return l10n.t('Remove the character {0}.', named('/'));
  const isBad = (part: string): boolean => part.trim() !== part || /^\.*$/.test(part);
  return parts.some(isBad)
    ? l10n.t('Remove the parts that are empty, consist of dots, or begin or end with a space.')
    : undefined;
}

/** As the value is put into a URL. */
export function withoutOuterSlashes(value: string): string {
  const start = value.startsWith('/') ? 1 : 0;
  const end = value.length > start && value.endsWith('/') ? value.length - 1 : value.length;
  return value.slice(start, end);
}

/** The same for the path of a URL that was parsed, where what is no ASCII is encoded. */
export function urlPathFix(pathname: string): string | undefined {
  if (pathname === '' || pathname === '/') return undefined;
  // What is encoded although it need not be is meant to be overlooked.
  if (/%(?:2e|2f|5c|3b|25|3f|23|[01][0-9a-f]|7f)/i.test(pathname)) {
    return l10n.t('Remove the percent-encoded characters.');
  }
  return pathValueFix(decoded(pathname), { segments: 'many' });
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    // Not UTF-8: its percent signs are refused.
    return pathname;
  }
}

function named(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const shown = inertLine(character, 1);
  return shown === character
    ? JSON.stringify(character)
    : `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
}
