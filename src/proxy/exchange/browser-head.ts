/**
 * What the tracking server's pages may do in a browser that shows them at an address of this machine: they reach this proxy
 * and servers over TLS, and no other program that listens here.
 */
const policy = [
  // eslint-disable-next-line house/sentences -- the browser's own words.
  "default-src 'self' https: data: blob: 'unsafe-inline' 'unsafe-eval'",
  "base-uri 'self'",
  "form-action 'self'",
  "object-src 'none'",
].join('; ');

/**
 * What a server says about the browser rather than the page: a password would be asked for and sent here; and what is kept
 * for this address (in caches, by service workers) would be there for the next server that is shown at it. What it has the
 * browser fetch or report besides, no policy keeps from other programs of this machine.
 */
const dropped =
  /^(?:www-authenticate|cache-control|expires|clear-site-data|service-worker-allowed|alt-svc|nel|report-to|reporting-endpoints|access-control-[\w-]+|content-security-policy-report-only|expect-ct|speculation-rules):/i;

/** What a server's own policies name for reports: no policy keeps a browser from sending those to programs of this machine. */
const reports = /([:;,][\t ]*)report-(?:uri|to)\b[^;,]*/gi;

const added = 'Cache-Control: no-store\r\nReferrer-Policy: same-origin\r\n';
/** Nobody else shows them in a frame. A notebook's page in the editor has an origin that no policy can name. */
const ancestors = "; frame-ancestors 'self'";

/** `head`: with the empty line. */
export function headForBrowser(head: Buffer, isOfFrame: boolean): Buffer {
  const lines = head.toString('latin1', 0, head.length - 2).split('\r\n');
  const kept = lines
    .filter((line) => !dropped.test(line))
    .map((line) => (/^content-security-policy:/i.test(line) ? line.replaceAll(reports, '$1') : line))
    .join('\r\n');
  const security = `Content-Security-Policy: ${policy}${isOfFrame ? '' : ancestors}\r\n`;
  return Buffer.from(`${kept}${security}${added}\r\n`, 'latin1');
}
