/** What is shown in place of what could be a secret. */
export const hidden = '[hidden]';

const shapes: readonly (readonly [shape: RegExp, instead: string])[] = [
  // User and password, query and fragment of an address. A password may have any of its signs in it, `@` and `/` included.
  [/(?<=:\/\/)[^\s"'<>]+(?=@)/g, hidden],
  [/(?<=:\/\/[^\s?#"']*[?#])[^\s"']+/g, hidden],
  [/\b(?<=(?:Bearer|Basic)\s+)[^\s"']+/gi, hidden],
  // Vault's tokens, JSON web tokens, and names that services begin their tokens with.
  [/\b(?:hv[sbr]|[sbr])\.[\w-]{24,}/g, hidden],
  [/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, hidden],
  [/\b(?:dapi|ghp_|glpat-|sk-|AKIA|ASIA)[\w-]{12,}/g, hidden],
];

/** A run of characters that no person made up: upper and lower case with digits, or hexadecimal. */
const random =
  /(?<![\w~+-])(?:(?=[\w~+-]*[a-z])(?=[\w~+-]*[A-Z])(?=[\w~+-]*\d)[\w~+-]{24,}|[0-9a-f]{40,})=*/g;

/** Nothing shows more of one text, and some of the shapes take quadratic time on a text that is made for it. */
export const maxShapedLength = 8192;

/** Hides what has the form of a secret. Names of resources, such as ARNs and version ids, stay. */
export function redactShapes(text: string): string {
  let shown = beginningOf(text);
  for (const [shape, instead] of shapes) shown = shown.replace(shape, instead);
  return shown.startsWith('arn:') ? shown : shown.replace(random, hidden);
}

/** Between two words: a secret that is cut in two has no form any longer. */
function beginningOf(text: string): string {
  if (text.length <= maxShapedLength) return text;
  let end = maxShapedLength;
  while (end > 0 && !/\s/.test(text.charAt(end))) end -= 1;
  return `${text.slice(0, end)}…`;
}

/** Shorter ones would hide every other word, and are no secret worth the name. */
const minLength = 4;

/** Hides these very secrets, wherever they stand, also where a sentence quotes them. */
export function redactKnown(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= minLength)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .toSorted((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, hidden), text);
}
