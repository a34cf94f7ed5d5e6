/** Gateways, and services that they lead to, which are known by their addresses. */
export type SignInProduct =
  | 'oauth2Proxy'
  | 'cloudflareAccess'
  | 'entraId'
  | 'google'
  | 'awsLoadBalancer'
  | 'cognito'
  | 'keycloak'
  | 'okta'
  | 'authentik';

/** A gateway that asks for a browser sign-in where an API was asked. */
export interface SignInWall {
  /** Of the tracking server that was asked. */
  readonly origin: string;
  /** Where the sign-in is, with its port if that is not the usual one; `undefined`: the page came from the server itself. */
  readonly signInHost: string | undefined;
  /** `undefined`: not known. */
  readonly product: SignInProduct | undefined;
  /** `otherPage`: nothing in the page asks for a sign-in; this may be no tracking server at all. */
  readonly form: 'redirect' | 'page' | 'otherPage';
}
