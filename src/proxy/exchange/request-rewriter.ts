import type { ReadyCredential } from '../credential-gate.ts';
import { comparableName, isHopByHop, ownRequestField } from '../http/header-names.ts';
import type { RequestFields } from '../http/request-head.ts';
import type { AdmittedRequest } from '../admission/admit-request.ts';
import { browserCookiePrefix } from '../admission/browser-sessions.ts';
import { forgetHeads, headBytes } from './head-memory.ts';
import type { UpstreamAddress } from '../upstream/address.ts';

const nothing = Buffer.alloc(0);

/** Whom the requests are for: what stands in their heads for the tracking server, and for an HTTP proxy on the way. */
export type Recipient = Pick<UpstreamAddress, 'authority' | 'targetPrefix' | 'proxyFields'>;

type Rewritten = Pick<AdmittedRequest, 'letInBy'> & {
  readonly fields: Pick<RequestFields, 'fields' | 'connection'>;
};

/** Writes the heads that leave for the requests of one client; the last one serves again until something changes. */
export class RequestRewriter {
  #request: AdmittedRequest | undefined;
  #address: Recipient | undefined;
  #credential: ReadyCredential | undefined;
  #fields: Buffer = nothing;
  #head: Buffer = nothing;

  /** The bytes must not be changed. */
  headFor(request: AdmittedRequest, address: Recipient, credential: ReadyCredential | undefined): Buffer {
    const isSame = this.#address === address && this.#credential === credential;
    if (isSame && this.#request === request) return this.#head;
    if (!isSame || this.#request?.fields !== request.fields) {
      this.#fields = rewriteFields(request, address, credential);
    }
    this.#request = request;
    this.#address = address;
    this.#credential = credential;
    const { method, target } = request.line;
    return (this.#head = headBytes(`${method} ${address.targetPrefix}${target}`, this.#fields));
  }

  /** To be called when there is another credential, or none. */
  forget(): void {
    this.#request = undefined;
    this.#credential = undefined;
    this.#fields = this.#head = nothing;
    forgetHeads();
  }
}

/**
 * What follows the target in the request that leaves: the version, the fields, and the empty line. The client's own
 * credential, what concerns only its connection, and where it comes from stay here; the credential comes last.
 */
export function rewriteFields(
  { fields: { fields, connection }, letInBy }: Rewritten,
  { authority, proxyFields }: Recipient,
  credential: ReadyCredential | undefined,
): Buffer {
  const injected = credential === undefined ? '' : comparableName(credential.headerName.toLowerCase());
  let text = ` HTTP/1.1\r\nHost: ${authority}\r\n${proxyFields}`;
  for (const { name, value, line } of fields) {
    if (dropped.has(name) || isHopByHop(name) || connection.has(name)) continue;
    if (letInBy !== 'token' && ofThisMachine.has(name)) continue;
    // A server that reads `_` as `-` would see two.
    if (comparableName(name) === injected) continue;
    text += name === 'cookie' ? cookieLine(value) : line;
  }
  if (credential !== undefined) text += `${credential.headerName}: ${credential.headerValue}\r\n`;
  return headBytes(`${text}\r\n`, nothing);
}

const dropped: ReadonlySet<string> = new Set([
  'host',
  'authorization',
  'origin',
  'sec-fetch-site',
  ownRequestField,
]);

/** What a browser has for whatever listens on 127.0.0.1, such as the cookies of Jupyter, is not for the tracking server. */
const ofThisMachine: ReadonlySet<string> = new Set(['cookie', 'referer']);

/** Without those that open a local proxy to a browser. */
function cookieLine(value: string): string {
  const others = value.split(';').filter((pair) => !pair.trimStart().startsWith(browserCookiePrefix));
  const forwarded = others.join(';').trim();
  return forwarded === '' ? '' : `Cookie: ${forwarded}\r\n`;
}
