import { domainToUnicode } from 'node:url';
import * as l10n from '@vscode/l10n';
import { isLoopbackHost, isUnencryptedRemote } from '../network/loopback.ts';
import { withoutTrailingSlashes } from '../providers/address.ts';
import { urlPathFix } from '../providers/path-value.ts';
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
  if (trimmed === '') return invalid(l10n.t('The address is empty.'));
  if (/^databricks(?:-uc)?(?::|$)/i.test(trimmed)) {
    return invalid(l10n.t('Databricks has tools of its own to sign in, and this extension is not needed.'));
  }
  if (!URL.canParse(trimmed)) {
    const hasScheme = /^[a-z][a-z0-9+.-]*:/i.test(trimmed);
    return invalid(
      hasScheme ? l10n.t('The address is not valid.') : l10n.t('The address does not start with https://.'),
    );
  }
  const url = new URL(trimmed);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return invalid(l10n.t('The address starts with "{0}"; only https and http are supported.', url.protocol));
  }
  if (url.username !== '' || url.password !== '') {
    return invalid(
      l10n.t('The address contains a user name or password; remove them and enter them as the credential.'),
    );
  }
  if (url.search !== '' || url.hash !== '') {
    return invalid(l10n.t('The address contains a query or a fragment; remove it.'));
  }
  if (url.hostname.endsWith('.')) {
    return invalid(l10n.t('The host name ends with a dot; remove the dot.'));
  }
  const basePath = withoutTrailingSlashes(url.pathname);
  const fix = urlPathFix(basePath);
  if (fix !== undefined) return invalid(l10n.t('The path of the address cannot be used. {0}', fix));
  const server = { origin: url.origin, basePath };
  return { kind: 'ok', server, warning: warningFor(url) };
}

/**
 * What a person means who enters an address: a host without a scheme is reached by https, on this machine by http, and what
 * a browser's address bar has behind the path is left out. What is in settings is read as it is.
 */
export function completedUri(entered: string): string {
  const trimmed = entered.trim();
  const [, host = '', port] = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d+)?(?:[/?#]|$)/i.exec(trimmed) ?? [];
  const isHost = isLoopbackHost(host) || host.includes('.') || port !== undefined;
  const scheme = isLoopbackHost(host) ? 'http' : 'https';
  const address = isHost ? `${scheme}://${trimmed}` : trimmed;
  return /^https?:\/\//i.test(address) ? address.replace(/[?#].*$/s, '') : address;
}

function warningFor(url: URL): string | undefined {
  if (isUnencryptedRemote(url.href)) {
    return l10n.t(
      '{0} is reached over plain HTTP, so anyone on the network can read the credential. Use https where you can.',
      url.host,
    );
  }
  // A name that looks like another's is seen in its ASCII form.
  if (url.hostname.includes('xn--')) {
    return l10n.t(
      'The host name {0} is {1} in ASCII. Check that it is the server that you mean.',
      domainToUnicode(url.hostname),
      url.hostname,
    );
  }
  return undefined;
}

function invalid(reason: string): TrackingUriResult {
  return {
    kind: 'invalid',
    message: l10n.t('{0} Enter an address such as {1}.', reason, 'https://mlflow.company.com'),
  };
}
