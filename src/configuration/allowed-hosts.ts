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
    const expression = normalized.split('*').map(escapeForRegExp).join('.*');
    return new RegExp(`^${expression}$`, 's').test(/:\d+$/.test(normalized) ? host : hostname);
  });
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
