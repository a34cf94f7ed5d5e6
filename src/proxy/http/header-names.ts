/** Fields that are for one connection only (RFC 9110, 7.6.1), beside those that `Connection` names. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-authentication-info',
  'te',
  'trailer',
  'upgrade',
  'http2-settings',
]);

export function isHopByHop(name: string): boolean {
  return hopByHop.has(name) || name.startsWith('proxy-');
}

/** Where the body of a message ends (RFC 9112, 6): a second opinion on it is how requests are smuggled. */
export function isBodyFraming(name: string): boolean {
  return name === 'content-length' || name === 'transfer-encoding';
}

/** What decides where a request goes and where it ends; `Connection` must not name these. */
export const framingNames: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'expect',
]);

/** How a gateway says for whom a request was forwarded, or by whom (RFC 9110, 7.6.3). */
const forwarders = [
  'forwarded',
  'via',
  'x-real-ip',
  'x-original-host',
  'x-host',
  'x-client-ip',
  'true-client-ip',
  'x-original-forwarded-for',
  'x-http-host-override',
  'x-host-override',
];
/** The path that was asked of a gateway: some servers (IIS and Symfony among them) take it for that of the request. */
const originalPaths = [
  ...['x-original-url', 'x-original-uri', 'x-original-path', 'x-override-url'],
  ...['x-rewrite-url', 'x-rewrite-uri', 'x-ms-original-url', 'x-waws-unencoded-url', 'x-envoy-original-path'],
  // WSGI applications behind a gateway put it before the path.
  'x-script-name',
];
const forwarding: ReadonlySet<string> = new Set([...forwarders, ...originalPaths]);

/** Whether a request with the field comes from elsewhere than a client on this machine. */
export function isForwarding(name: string): boolean {
  return forwarding.has(name) || name.startsWith('x-forwarded');
}

/** What else decides about a request here. */
const decisive: ReadonlySet<string> = new Set([
  ...framingNames,
  'authorization',
  'cookie',
  'origin',
  'sec-fetch-site',
]);

/** The same for all names that a server or client takes for one which reads `_` as `-`, as CGI does. */
export function comparableName(name: string): string {
  return name.includes('_') ? name.replaceAll('_', '-') : name;
}

/**
 * Whether a server that reads `_` as `-`, as CGI does, takes the field for one that decides here and was not seen as that.
 * Few names have an underscore, so that the rest costs requests nothing.
 */
export function isMisleading(name: string): boolean {
  if (!name.includes('_')) return false;
  const hyphened = comparableName(name);
  return decisive.has(hyphened) || isForwarding(hyphened) || isHopByHop(hyphened);
}

/** What a gateway gives to a client that it has let in: whoever shows it needs no credential. */
const worthTheCredential: ReadonlySet<string> = new Set(['authentication-info', 'x-amzn-oidc-data']);
/**
 * The same in the words of any gateway, also of one that says what it has renamed, such as API Gateway's
 * `x-amzn-remapped-set-cookie`. Every token is one but that of the next page of a list and that against forged requests.
 */
const nameOfToken = new RegExp(
  [
    '(?:^|-)(?:set-?)?cookie2?(?:$|-)',
    '(?<!(?:page|next|continuation|csrf|xsrf)-?)token(?:$|-)',
    '(?:^|-)(?:authorization|jwt|bearer|assertion|ticket|password|secret|credential|j?session-?id)(?:$|-)',
    '(?:^|-)(?:api|access|auth|secret|subscription)-?key(?:$|-)',
  ].join('|'),
);

/** Marks the responses that the local proxy itself made: no tracking server's response gets through with it. */
export const ownResponseField = 'mlflow-secrets-auth-response';

/** Marks the requests by which this product itself looks after the tracking server, which does not get the field. */
export const ownRequestField = 'mlflow-secrets-auth-request';

/**
 * Whether a response's field, in any client's reading of its name, must not get to Python: what is worth the credential,
 * the credential itself in the field that it was sent in (a comparable name), and what could be taken for the mark of a
 * response of our own.
 */
export function isKeptBack(name: string, credentialField?: string): boolean {
  const comparable = comparableName(name);
  return (
    comparable === credentialField ||
    comparable === ownResponseField ||
    worthTheCredential.has(comparable) ||
    nameOfToken.test(comparable)
  );
}
