/** Every secret of a test or of the demo holds this word, so that one search finds any that was written. */
const canary = 'canary';

interface Form {
  readonly name: string;
  readonly patterns: readonly Buffer[];
}

/**
 * Base64 of a word depends on where in a group of three bytes it begins, so on what stands before it, such as `user:`;
 * its inner part is the same each time. The alphabets of base64 and base64url are the same for this word.
 */
function base64(word: Buffer): readonly Buffer[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), word]).toString('base64');
    const firstWhole = Math.ceil((before * 8) / 6);
    const lastWhole = Math.floor(((before + word.length) * 8) / 6);
    return Buffer.from(encoded.slice(firstWhole, lastWhole));
  });
}

function percent(word: string, escape: '%' | '\\x'): Buffer {
  return Buffer.from([...Buffer.from(word)].map((byte) => escape + byte.toString(16)).join(''));
}

const plain = Buffer.from(canary);
const wide = Buffer.from(canary, 'utf16le');
const base64Plain = base64(plain);

/** No encoding of URLs or JSON touches letters unless it means to hide them, which are the last forms. */
const forms: readonly Form[] = [
  { name: 'plain', patterns: [plain] },
  { name: 'base64', patterns: base64Plain },
  { name: 'UTF-16', patterns: [wide] },
  { name: 'base64 of UTF-16', patterns: base64(wide) },
  {
    name: 'base64 in UTF-16',
    patterns: base64Plain.map((text) => Buffer.from(text.toString(), 'utf16le')),
  },
  { name: 'base64 twice', patterns: base64Plain.flatMap(base64) },
  {
    name: 'hex',
    patterns: [plain.toString('hex'), plain.toString('hex').toUpperCase()].map((text) => Buffer.from(text)),
  },
  { name: 'URL-encoded', patterns: [percent(canary, '%'), percent(canary, '\\x')] },
];

/** Bytes that two pieces of a file must share, so that nothing on their border is missed. */
export const maxPatternBytes = Math.max(
  ...forms.flatMap(({ patterns }) => patterns.map(({ length }) => length)),
);

/** The form in which a canary is in these bytes, if it is. */
export function formOf(bytes: Buffer): string | undefined {
  return forms.find(({ patterns }) => patterns.some((pattern) => bytes.includes(pattern)))?.name;
}
