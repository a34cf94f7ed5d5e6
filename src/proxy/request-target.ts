/**
 * Whether a request target is in origin-form and means the same path to every server: printable ASCII, one leading
 * slash, no fragment, and no dot segment in any encoding (GHSA-2q7r is one of many where `%2E%2E` got through).
 */
export function isSafeTarget(target: string): boolean {
  if (!target.startsWith('/') || target[1] === '/' || target[1] === '\\') return false;
  for (let at = 1; at < target.length; at += 1) {
    const code = target.charCodeAt(at);
    if (code <= 0x20 || code >= 0x7f || code === 0x23) return false;
  }
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  return !suspicious.test(path) || !hasDotSegment(path);
}

const suspicious = /[%\\]|\/\./;
const encodings = /%(?:2e|2f|5c|25|c0%a[ef])/gi;
const meanings: Readonly<Record<string, string>> = {
  '%2e': '.',
  '%2f': '/',
  '%5c': '/',
  '%25': '%',
  // Overlong UTF-8, which lenient decoders take.
  '%c0%ae': '.',
  '%c0%af': '/',
};

function hasDotSegment(path: string): boolean {
  let decoded = path;
  // As often as it changes something, so that double encoding is seen through.
  for (;;) {
    const next = decoded.replace(encodings, (found) => meanings[found.toLowerCase()] ?? found);
    if (next === decoded) break;
    decoded = next;
  }
  const segments = decoded.split(/[/\\]/);
  // Some servers take off `;parameters` before they look at a segment. An encoded first slash makes `//`.
  return (
    segments.some((segment) => /^\.\.?(?:;|$|%00)/.test(segment)) ||
    (segments[1] === '' && segments.length > 2)
  );
}
