import * as l10n from '@vscode/l10n';
import { Problem } from '../problem.ts';
import { UnreadFile } from '../read-small-file.ts';
import { readCertificates, readCertificatesAt } from './certificates.ts';
import type { CertificatePath, ServerVerification } from './server-verification.ts';

/** Which certificates of a server are accepted; PEM texts. */
export type ServerTrust =
  /**
   * Node's own and these. `isComplete`: false while those of the system are being read, so that a server that is not
   * trusted now may be so in a moment.
   */
  | { readonly kind: 'roots'; readonly added: readonly string[]; readonly isComplete: boolean }
  /** `from`: the variable that says so. */
  | { readonly kind: 'only'; readonly certificates: readonly string[]; readonly from: string }
  /** The user's environment says not to check. */
  | { readonly kind: 'any' };

/** Files with certificates that are trusted besides. */
export interface AddedFiles {
  /** The user's `tls.caFile`. */
  readonly caFile: string | undefined;
  /** What `NODE_EXTRA_CA_CERTS` names. */
  readonly nodeCaFile: string | undefined;
}

export interface TrustSources extends AddedFiles {
  /** The system's certificates; `undefined` while they are being read. */
  readonly system: readonly string[] | undefined;
}

/** Reads what is named. A `Problem` where a server would be trusted by that alone, or the user's own file cannot be read. */
export async function serverTrust(
  verification: ServerVerification,
  { system, ...files }: TrustSources,
): Promise<ServerTrust> {
  switch (verification.kind) {
    case 'none':
      return { kind: 'any' };
    case 'only': {
      const users = await userCertificates(files.caFile);
      const { from } = verification;
      return { kind: 'only', certificates: [...(await certificatesOf(verification)), ...users], from };
    }
    case 'roots': {
      const named = await Promise.all(verification.added.map(async ({ path }) => ifReadable(path)));
      const own = [...named.flat(), ...(await extraCertificates(files))];
      return { kind: 'roots', added: [...(system ?? []), ...own], isComplete: system !== undefined };
    }
  }
}

/** As PEM texts. */
export async function extraCertificates({ caFile, nodeCaFile }: AddedFiles): Promise<readonly string[]> {
  const ofNode = nodeCaFile === undefined ? [] : await ifReadable(nodeCaFile);
  return [...ofNode, ...(await userCertificates(caFile))];
}

/** As OpenSSL reads them: what is not there adds nothing. */
async function ifReadable(path: string): Promise<readonly string[]> {
  try {
    return await readCertificatesAt(path);
  } catch {
    return [];
  }
}

export async function certificatesOf({ path, from }: CertificatePath): Promise<readonly string[]> {
  try {
    // Vault's own command line takes every file of it.
    const found = await readCertificatesAt(path, { isWholeFolder: from === 'VAULT_CAPATH' });
    if (found.length > 0) return found;
  } catch (error) {
    if (!(error instanceof UnreadFile)) throw error;
    throw variableProblem(l10n.t('{0}: {1} could not be read ({2}).', from, path, error.message), error);
  }
  throw variableProblem(l10n.t('{0}: {1} contains no PEM certificate.', from, path));
}

function variableProblem(message: string, cause?: unknown): Problem {
  return new Problem({
    code: 'settings.certificateVariable',
    message,
    remedy: l10n.t('Correct the file, or the environment variable and then restart VS Code.'),
    retry: 'afterFix',
    cause,
  });
}

/** Of the user's own file alone. */
export async function userCertificates(caFile: string | undefined): Promise<readonly string[]> {
  if (caFile === undefined) return [];
  let pems: readonly string[];
  try {
    pems = await readCertificates(caFile);
  } catch (error) {
    if (!(error instanceof UnreadFile)) throw error;
    const message = l10n.t(
      'mlflowSecretsAuth.tls.caFile: {0} could not be read ({1}).',
      caFile,
      error.message,
    );
    throw caFileProblem(message, error);
  }
  if (pems.length === 0) {
    throw caFileProblem(l10n.t('mlflowSecretsAuth.tls.caFile: {0} contains no PEM certificate.', caFile));
  }
  return pems;
}

function caFileProblem(message: string, cause?: unknown): Problem {
  return new Problem({
    code: 'settings.caFile',
    message,
    remedy: l10n.t(
      'Set mlflowSecretsAuth.tls.caFile to a PEM file on the machine where the extension runs, or clear it.',
    ),
    retry: 'afterFix',
    action: { kind: 'openSetting', setting: 'tls.caFile' },
    cause,
  });
}
