/** The field that signs in to an HTTP proxy (RFC 9110, 11.7.2), with its line break; `` where its address has no user. */
export function proxyAuthorization(proxy: URL | undefined | null): string {
  if (!proxy?.username) return '';
  const pair = `${decoded(proxy.username)}:${decoded(proxy.password)}`;
  return `Proxy-Authorization: Basic ${Buffer.from(pair).toString('base64')}\r\n`;
}

/** A password with a bare `%` is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
