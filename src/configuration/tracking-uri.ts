import { domainToUnicode } from 'node:url';
import { isLoopbackHost } from '../network/loopback.ts';
import type { TrackingServer } from './configuration.ts';

export type TrackingUriResult =
  | { readonly kind: 'ok'; readonly server: TrackingServer; readonly warning: string | undefined }
  | { readonly kind: 'invalid'; readonly message: string };

/**
 * Reads the address that the user's code also names. Host names become ASCII (UTS 46, as the WHATWG URL
 * standard has it); trailing slashes go; a path prefix stays.
 */
export function parseTrackingUri(text: string): TrackingUriResult {
  const trimmed = text.trim();
  if (trimmed === '') return invalid('It is empty');
  if (!URL.canParse(trimmed)) {
    return invalid(
      /^[a-z][a-z0-9+.-]*:/i.test(trimmed) ? 'It is not a valid address' : 'It has no https:// in front',
    );
  }
  const url = new URL(trimmed);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return invalid(`It starts with "${url.protocol}", and only https and http can be used`);
  }
  if (url.username !== '' || url.password !== '') {
    return invalid('It holds a user name or password; leave them out and enter them as the credential');
  }
  if (url.search !== '' || url.hash !== '') return invalid('It has a query or a fragment; leave it out');
  if (url.hostname.endsWith('.')) return invalid('Its host name ends with a dot; leave the dot out');
  const server = { origin: url.origin, basePath: url.pathname.replace(/\/+$/, '') };
  return { kind: 'ok', server, warning: warningFor(url) };
}

function warningFor(url: URL): string | undefined {
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    return `${url.host} is reached over http, so everybody on the way can read the credential. Use https where you can.`;
  }
  // A name that looks like another's is seen in its ASCII form.
  if (url.hostname.includes('xn--')) return `${domainToUnicode(url.hostname)} is ${url.hostname} in ASCII.`;
  return undefined;
}

function invalid(reason: string): TrackingUriResult {
  return { kind: 'invalid', message: `${reason}. Write it as https://mlflow.company.com.` };
}
