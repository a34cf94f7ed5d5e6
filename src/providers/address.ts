import { urlPathFix } from './path-value.ts';

/**
 * The address without query, fragment and trailing slash; `undefined` when it is none with one of the schemes, names a
 * user, or has a path that could lead elsewhere.
 */
export function originAndPath(text: string, schemes: readonly string[]): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!schemes.includes(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  const path = withoutTrailingSlashes(url.pathname);
  return urlPathFix(path) === undefined ? url.origin + path : undefined;
}

/** In one pass: an expression that looks for the end from each slash takes quadratic time. */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
}
