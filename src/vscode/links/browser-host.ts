interface ExternalAddress {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
}

export interface Editor {
  readonly isWeb: boolean;
  /** Of a web workbench that its own server shows: the address of that. */
  readonly remoteName: string | undefined;
}

const loopback = /^(?:127\.0\.0\.1|localhost)(?::[1-9]\d{0,4})?$/;

/**
 * The `Host` by which the browser knows the local proxy, by what the editor makes of its address; `undefined` where it does
 * not get there, or by way of a server, such as a tunnel's or a workbench's, which the local proxy does not let in.
 */
export function browserHostOf(
  { scheme, authority, path }: ExternalAddress,
  { isWeb, remoteName }: Editor,
): string | undefined {
  if (scheme !== 'http' || path !== '/' || !loopback.test(authority) || !authority.includes(':'))
    return undefined;
  // A workbench elsewhere gives the address as it is, where another machine is meant by it.
  return !isWeb || loopback.test(remoteName ?? '') ? authority : undefined;
}
