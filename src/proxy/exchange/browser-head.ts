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
 * What a browser needs to show a page, and MLflow's UI reads. Nothing else gets there: what a server says about the browser
 * would be asked for here (a password), stay for the next server that is shown at this address (caches, service workers,
 * dictionaries), or have the browser fetch or report something, which no policy keeps from other programs of this machine.
 * Browsers learn new ones every year.
 */
const passed =
  /^(?:connection|content-(?:disposition|encoding|language|length|range|security-policy|type)|transfer-encoding|location|accept-ranges|age|allow|date|etag|last-modified|retry-after|server|vary|cross-origin-(?:embedder|opener|resource)-policy|x-content-type-options|x-frame-options):/i;

/** What a server's own policies name for reports: no policy keeps a browser from sending those to programs of this machine. */
const reports = /([:;,][\t ]*)report-(?:uri|to)\b[^;,]*/gi;

const added = 'Cache-Control: no-store\r\nReferrer-Policy: same-origin\r\n';
/** Nobody else shows them in a frame. A notebook's page in the editor has an origin that no policy can name. */
const ancestors = "; frame-ancestors 'self'";

/** `head`: with the empty line. */
export function headForBrowser(head: Buffer, isOfFrame: boolean): Buffer {
  const [statusLine = '', ...lines] = head.toString('latin1', 0, head.length - 4).split('\r\n');
  const kept = [statusLine, ...lines.filter((line) => passed.test(line))]
    .map((line) => (/^content-security-policy:/i.test(line) ? line.replaceAll(reports, '$1') : line))
    .join('\r\n');
  const security = `Content-Security-Policy: ${policy}${isOfFrame ? '' : ancestors}\r\n`;
  return Buffer.from(`${kept}\r\n${security}${added}\r\n`, 'latin1');
}
