/**
 * Whether the origin's host is on the user's list. `*` stands for any characters but never for the end of the
 * name: `*.company.com` does not match `mlflow.company.com.evil.example`. A pattern with a port asks for that
 * port. An empty list allows the approved origin.
 */
export function isAllowedHost(origin: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return true;
  const { host, hostname } = new URL(origin);
  return patterns.some((pattern) => {
    const normalized = pattern.trim().toLowerCase();
    return matches(/:\d+$/.test(normalized) ? host : hostname, normalized.split('*'));
  });
}

/** `parts`: what stands between the stars. Each is taken where it fits first, so nothing is tried twice. */
function matches(text: string, [first = '', ...others]: readonly string[]): boolean {
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at + last.length <= text.length;
}
