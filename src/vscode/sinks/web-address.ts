/** An address that a store gave, as a browser may open it: of the web, and written as the browser reads it. */
export function webAddress(text: string): URL | undefined {
  // Parsers differ in what they make of blanks, controls and other letters.
  if (!/^[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  // "https://company.com@elsewhere" is elsewhere.
  return url.username === '' && url.password === '' ? url : undefined;
}
