import { inertLine } from '../../inert.ts';
import type { SignInProduct, SignInWall } from '../sign-in-wall.ts';

/** The request that was answered. */
export interface AskedFor {
  /** Of the tracking server. */
  readonly origin: string;
  readonly basePath: string;
  readonly target: string;
}

export type Wall = Omit<SignInWall, 'origin'>;

const maxHostLength = 255;

/** What a path of a sign-in has, rather than one of MLflow; below the base path. */
const signInPath =
  /\/(?:oauth2?|oidc|openid-connect|login|log-in|sign-?in|sign_in|sso|saml2?|adfs|authorize|auth|\.auth|cdn-cgi\/access|\.pomerium|outpost\.goauthentik\.io)(?:[/.]|$)/i;
/** Requests of OpenID Connect, SAML and WS-Federation. */
const signInParameters = ['response_type', 'SAMLRequest', 'wa'];
const signInHost =
  /^(?:login|signin|sso|auth|idp|accounts|adfs|keycloak)\.|\.(?:cloudflareaccess\.com|okta(?:preview)?\.com|auth0\.com|amazoncognito\.com)$/;
/** URLs that a store signed itself: S3, Google Cloud Storage, Azure. */
const signedUrl = /[?&](?:X-Amz-Signature|X-Goog-Signature|Signature|sig)=/i;

/**
 * The sign-in that a redirect leads to; `undefined` for any other redirect: to the same path with or without its last
 * slash, over TLS, at another name or below another base path, and to files in a store. Only the host is taken from the foreign words.
 */
export function signInRedirect(
  location: string,
  asked: AskedFor,
  cookies: readonly string[] = [],
): Wall | undefined {
  const from = URL.parse(asked.target, asked.origin);
  const to = URL.parse(location, from?.href);
  if (from === null || to === null || !/^https?:$/.test(to.protocol)) return undefined;
  // The same path, at another name or below another base path.
  const path = withoutLastSlash(from.pathname.slice(asked.basePath.length));
  if (withoutLastSlash(to.pathname).endsWith(path)) return undefined;
  return isSignIn(to, from, asked)
    ? {
        form: 'redirect',
        signInHost: inertLine(to.host, maxHostLength),
        product: cookies.some((one) => ownCookie.test(one)) ? 'oauth2Proxy' : productOf(to),
      }
    : undefined;
}

function isSignIn(to: URL, from: URL, { basePath, target }: AskedFor): boolean {
  const isElsewhere = to.hostname !== from.hostname;
  if (isElsewhere && signedUrl.test(to.search)) return false;
  const path = to.pathname.startsWith(basePath) ? to.pathname.slice(basePath.length) : to.pathname;
  if (signInPath.test(path) || signInParameters.some((name) => to.searchParams.has(name))) return true;
  if (!isElsewhere) return false;
  // Whatever else is at another host is not the API; files may be.
  return signInHost.test(to.hostname) || !/artifact/i.test(target);
}

function withoutLastSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

/** oauth2-proxy's own (pkg/apis/options/cookie.go), also while a sign-in is under way. Its paths are those of many. */
const ownCookie = /^_oauth2_proxy(?:_\w+)?=/;

/** By what the products document and send; the gateway rather than the identity provider that it leads to. */
function productOf({ hostname, pathname, searchParams }: URL): SignInProduct | undefined {
  const back = searchParams.get('redirect_uri') ?? '';
  // docs.aws.amazon.com, "Authenticate users using an Application Load Balancer".
  if (back.includes('/oauth2/idpresponse')) return 'awsLoadBalancer';
  if (hostname.endsWith('.cloudflareaccess.com') || pathname.includes('/cdn-cgi/access/'))
    return 'cloudflareAccess';
  // Application Proxy and "Easy Auth" of App Service lead there.
  if (/^login\.(?:microsoftonline\.(?:com|us)|windows\.net|partner\.microsoftonline\.cn)$/.test(hostname))
    return 'entraId';
  if (pathname.includes('/.auth/login/aad')) return 'entraId';
  if (hostname === 'accounts.google.com') return 'google';
  if (hostname.endsWith('.amazoncognito.com')) return 'cognito';
  if (/\/realms\/[^/]+\/protocol\//.test(pathname)) return 'keycloak';
  if (/\.okta(?:preview)?\.com$/.test(hostname)) return 'okta';
  if (pathname.includes('/outpost.goauthentik.io/')) return 'authentik';
  return undefined;
}

/** Of a page, in which what says so stands early. */
const maxPageLength = 65_536;

/**
 * A title that says so, a field for a password, or where a form, a script or the page itself leads. Every repetition has a bound:
 * a page can be made of nothing but beginnings, and each is looked at as far as its repetition goes.
 */
const signInWords =
  /<title[^>]{0,100}>[^<]{0,200}\b(?:sign|log)[\s-]?(?:in|on)\b|type\s{0,9}=\s{0,9}["']?password|SAMLRequest|(?:action|href|location|url)\s{0,9}=\s{0,9}["']?[^"'\s>]{0,250}\/(?:oauth2?|oidc|openid-connect|login|signin|sign-in|sign_in|sso|saml2?|adfs|authorize|cdn-cgi\/access)\b/i;

/** The sign-in that a page asks for, if it does. */
export function signInPage(text: string): Wall | undefined {
  const page = text.slice(0, maxPageLength);
  if (!signInWords.test(page)) return undefined;
  return { form: 'page', signInHost: undefined, product: productOfPage(page) };
}

function productOfPage(text: string): SignInProduct | undefined {
  // oauth2-proxy, pkg/app/pagewriter/sign_in.html: the footer, unless somebody has put another in its place.
  if (/oauth2-proxy\/oauth2-proxy|\bOAuth2 Proxy\b/.test(text)) return 'oauth2Proxy';
  if (text.includes('/cdn-cgi/access/')) return 'cloudflareAccess';
  if (text.includes('kc-form-login')) return 'keycloak';
  return undefined;
}

/** A page that says nothing of a sign-in. */
export const otherPage: Wall = { form: 'otherPage', signInHost: undefined, product: undefined };
