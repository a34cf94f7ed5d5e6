import { join } from 'node:path';
import type { Environment } from '../environment.ts';
import { trustedCertificates } from './certificates.ts';
import { certificatesOf } from './server-trust.ts';
import type { CertificatePath } from './server-verification.ts';

/** The first of the variables that is set names what vouches for a secret store in place of the system's certificates, as for its SDK in Python. */
export function storeCertificates(
  environment: Environment,
  ...variables: readonly string[]
): CertificatePath | undefined {
  for (const from of variables) {
    const path = environment[from];
    if (path) return { path, from };
  }
  return undefined;
}

/** What to watch for a change: it may be a file, or a folder with files that may be written anew. */
export function filesOf(named: CertificatePath | undefined): readonly string[] {
  return named === undefined ? [] : [named.path, join(named.path, '*')];
}

interface Trusted {
  readonly extraCertificates: readonly string[];
  readonly userCertificates?: readonly string[];
}

/** Options of a TLS client. */
export interface StoreTrust {
  /** Certificates that alone are trusted; not there: the usual ones are. */
  readonly ca?: string[];
  /** Else `NODE_TLS_REJECT_UNAUTHORIZED`, which Node.js looks at with each connection, could switch it off unseen. */
  readonly rejectUnauthorized: true;
}

/** A `Problem` where a file is none. */
export async function storeTrust(
  only: CertificatePath | undefined,
  { extraCertificates, userCertificates = [] }: Trusted,
): Promise<StoreTrust> {
  const ca =
    only === undefined
      ? trustedCertificates(extraCertificates)
      : [...(await certificatesOf(only)), ...userCertificates];
  return { ...(ca && { ca }), rejectUnauthorized: true };
}
