/**
 * A redirect to the tracking server's own origin is made one to the local proxy, so that the client comes back with
 * its token; any other stays as it is.
 */
export function localLocation(value: string, upstreamOrigin: string, localOrigin: string): string {
  const [, absolute = ''] = /^((?:https?:)?\/\/[^/?#\\]*)/i.exec(value) ?? [];
  if (absolute === '') return value;
  const scheme = upstreamOrigin.slice(0, upstreamOrigin.indexOf('/'));
  const text = absolute.startsWith('//') ? `${scheme}${absolute}` : absolute;
  if (!URL.canParse(text)) return value;
  const { origin, username, password } = new URL(text);
  if (origin !== upstreamOrigin || username !== '' || password !== '') return value;
  return `${localOrigin}${value.slice(absolute.length)}`;
}
