/** A header field as received; `value` without the white space around it. Latin-1, one character for each byte. */
export interface Field {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
  /** The whole line with its CRLF, as received. */
  readonly line: string;
}

const maxFields = 200;

// RFC 9110, 5.6.2 and 5.5. No folding, no bare CR or LF, no control character but HTAB.
const fieldLine = /([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\x20-\x7e\x80-\xff]*)\r\n/y;
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const wholeValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The fields from `at` to the end of `text`, which is where the empty line begins. */
export function parseFields(text: string, at: number): Field[] | 'malformed' | 'too-many' {
  const fields: Field[] = [];
  for (let from = at; from < text.length; from = fieldLine.lastIndex) {
    fieldLine.lastIndex = from;
    const match = fieldLine.exec(text);
    const [line, name, value] = match ?? [];
    if (line === undefined || name === undefined || value === undefined) return 'malformed';
    if (fields.length === maxFields) return 'too-many';
    fields.push({ name: name.toLowerCase(), value: withoutOuterSpace(value), line });
  }
  return fields;
}

/** The value of a field, which is the first where there are several. */
export function fieldValue(
  { fields }: { readonly fields: readonly Field[] },
  name: string,
): string | undefined {
  return fields.find((field) => field.name === name)?.value;
}

export function isToken(text: string): boolean {
  return token.test(text);
}

export function isFieldValue(text: string): boolean {
  return wholeValue.test(text);
}

/** The members of a comma-separated list of tokens in lower case; empty members are left out. */
export function listMembers(value: string): string[] {
  return value
    .toLowerCase()
    .split(',')
    .map(withoutOuterSpace)
    .filter((member) => member !== '');
}

/** Optional white space is SP and HTAB only; `trim` would take off more, such as the no-break space. */
function withoutOuterSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text, start)) start += 1;
  while (end > start && isSpace(text, end - 1)) end -= 1;
  return text.slice(start, end);
}

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x20 || code === 0x09;
}
