/** Names what a credential is one of, and its sign-in with it; both are digests. */
export function credentialNameOf(signInScope: string, fingerprint: string): string {
  return `${signInScope}.${fingerprint}`;
}

export function isOfSignIn(credentialName: string | undefined, signInScope: string): boolean {
  return credentialName?.startsWith(`${signInScope}.`) ?? false;
}
