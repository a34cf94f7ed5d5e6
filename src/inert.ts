/** In place of what cannot be shown as it is. */
const replacement = '\uFFFD';
const ellipsis = '…';

/**
 * Controls, format characters such as those of bidirectional text, unpaired surrogates, private use and unassigned code
 * points; line and paragraph separators; everything else that is invisible by itself, the blank Braille pattern included.
 */
const unshowable = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]+/gu;
const blanks = /\p{Zs}+/gu;
/** More marks on one letter than any writing has would be drawn over the lines around it. */
const stackedMarks = /(?<=\p{M}{4})\p{M}+/gu;

/**
 * Text of somebody else as one line that is no more than text: it starts no line, reorders no text around it, hides
 * nothing, has at most one blank in a row, and at most `maxLength` code points, cut in the middle. What cannot be
 * shown becomes U+FFFD, one for a run. Applied twice, it gives the same.
 *
 * It knows no markup: links, icons and Markdown are for whatever shows the line.
 */
export function inertLine(text: string, maxLength: number): string {
  const line = withoutMiddle(text, boundFactor * maxLength)
    .replace(unshowable, replacement)
    .replace(stackedMarks, replacement)
    .replace(blanks, ' ')
    .trim();
  return cutInMiddle(line, maxLength);
}

/** Far more than what is shown: a text of megabytes is not looked through for the line that is left of it. */
const boundFactor = 64;

function withoutMiddle(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const half = Math.floor(maxLength / 2);
  return text.slice(0, half) + ellipsis + text.slice(text.length - half);
}

/** The beginning and the end are what tells a host, a path or an ARN from another. */
function cutInMiddle(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const characters = Array.from(text);
  if (characters.length <= maxLength) return text;
  const kept = maxLength - 1;
  if (kept < 0) return '';
  const head = characters
    .slice(0, Math.ceil(kept / 2))
    .join('')
    .trimStart();
  const tail = characters
    .slice(characters.length - Math.floor(kept / 2))
    .join('')
    .trimEnd();
  return `${head}${ellipsis}${tail}`;
}

/** `[label](command:id)` is a link and `$(name)` an icon, wherever the editor shows a label, a message or a prompt. */
const labelMarkup = /(?<=\])(?=\()|(?<=\$)(?=\()/g;

/**
 * A line for the editor's labels, messages and prompts: as `inertLine`, and no part of it is a link or an icon. Where it
 * would be one, a blank shows where it was taken apart.
 */
export function inertLabel(text: string, maxLength: number): string {
  return inertLine(text.replace(labelMarkup, ' '), maxLength);
}

/**
 * ASCII punctuation by which Markdown, its extensions (mathematics, addresses that become links) or HTML begin something;
 * a full stop only within a word, where it may be a host's.
 */
const markdownMarks = /[!#$%&()*+/:<=>@[\\\]^_`{|}~]|\.(?=\S)/g;

/** A line for Markdown that reads as it is written: no link, picture, HTML, formula or icon. */
export function inertMarkdown(text: string, maxLength: number): string {
  return entities(inertLine(text, maxLength));
}

/** A line as code in Markdown, also readable where Markdown is shown as it is written. */
export function inertMarkdownCode(text: string, maxLength: number): string {
  return `\`${inertLabel(text.replaceAll('`', "'"), maxLength) || ' '}\``;
}

/** What stands around a word and is no part of it. */
const openings = '"\'(';
const closings = '.,:;!?)"\'';
/** A word that Markdown and its extensions read as it is written. Within a word, a full stop or a colon may make an address. */
const plainWord = /^(?:\P{ASCII}|[A-Za-z0-9,;?'"-])*$/u;

/**
 * A line for Markdown that is readable as it is written, too, in a cell or after words of ours: a word that could be
 * markup or an address stands as code.
 */
export function inertProse(text: string, maxLength: number): string {
  return inertLine(text, maxLength).split(' ').map(proseWord).join(' ');
}

function proseWord(word: string): string {
  let start = 0;
  let end = word.length;
  while (start < end && openings.includes(word.charAt(start))) start += 1;
  while (end > start && closings.includes(word.charAt(end - 1))) end -= 1;
  const core = word.slice(start, end);
  return plainWord.test(core) ? word : word.slice(0, start) + markdownCode(core) + word.slice(end);
}

/** A line as code within Markdown, as it is: a fence longer than any within. A pipe would end a cell, even in code. */
export function markdownCode(line: string): string {
  if (line === '' || line.includes('|')) return entities(line);
  const maxRun = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(maxRun + 1);
  const space = maxRun > 0 ? ' ' : '';
  return fence + space + line + space + fence;
}

function entities(line: string): string {
  return line.replace(markdownMarks, (mark) => `&#${mark.charCodeAt(0)};`);
}
