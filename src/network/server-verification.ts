import * as l10n from '@vscode/l10n';
import type { Environment } from '../environment.ts';
import { inertLine } from '../inert.ts';

/** A file or folder of certificates, and the variable that names it. */
export interface CertificatePath {
  readonly path: string;
  readonly from: string;
}

/** How it is made sure that the tracking server is the one that it says it is. */
export type ServerVerification =
  /** By Node's own certificates, the system's, the user's, and these. */
  | { readonly kind: 'roots'; readonly added: readonly CertificatePath[] }
  /** By these alone, and the user's `tls.caFile`. */
  | { readonly kind: 'only'; readonly path: string; readonly from: string }
  /** Not at all. */
  | { readonly kind: 'none'; readonly from: string };

export const usualVerification: ServerVerification = { kind: 'roots', added: [] };

/** Of a path in a line. */
const maxShownLength = 60;

const insecure = 'MLFLOW_TRACKING_INSECURE_TLS';
const ownPath = 'MLFLOW_TRACKING_SERVER_CERT_PATH';

/**
 * As MLflow's client takes it from the variables (mlflow/utils/rest_utils.py, `MlflowHostCreds.verify`; requests,
 * `merge_environment_settings`). Where MLflow refuses to choose, the stricter counts; so does an empty path, which
 * requests takes for no verification. OpenSSL's own two variables, which requests leaves out, only add to the rest.
 */
export function serverVerification(environment: Environment): ServerVerification {
  const path = environment[ownPath];
  if (path) return { kind: 'only', path, from: ownPath };
  if (isInsecure(environment)) return { kind: 'none', from: insecure };
  for (const from of ['REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE']) {
    const bundle = environment[from];
    if (bundle) return { kind: 'only', path: bundle, from };
  }
  const added = ['SSL_CERT_FILE', 'SSL_CERT_DIR'].flatMap((from) =>
    environment[from] ? [{ path: environment[from], from }] : [],
  );
  return { kind: 'roots', added };
}

/** What of the variables does not count as it is written, in sentences. */
export function unusedVerification(environment: Environment): readonly string[] {
  const value = environment[insecure]?.toLowerCase();
  if (value === undefined) return [];
  if (!['true', 'false', '1', '0'].includes(value)) {
    return [l10n.t('{0} is ignored: it must be one of true, false, 1, 0.', insecure)];
  }
  return isInsecure(environment) && environment[ownPath]
    ? [l10n.t('{0} is ignored, because {1} is set.', insecure, ownPath)]
    : [];
}

function isInsecure(environment: Environment): boolean {
  return ['true', '1'].includes(environment[insecure]?.toLowerCase() ?? '');
}

/** A value that is compared and kept, and how people read it. */
interface VerificationFact {
  readonly label: string;
  readonly value: string;
  readonly text?: string;
}

/** What of it the user approves, each with a path of its own; an empty value means: nothing. */
export function verificationFacts(
  verification: ServerVerification,
): Readonly<Record<string, VerificationFact>> {
  const only = verification.kind === 'only' ? verification : undefined;
  const added = (name: string): VerificationFact => ({
    label: l10n.t('Trusted certificates ({0})', name),
    value:
      (verification.kind === 'roots' && verification.added.find(({ from }) => from === name)?.path) || '',
  });
  return {
    certificateCheck: {
      label: l10n.t('Certificate check'),
      value: verification.kind === 'none' ? verification.from : '',
      text: verification.kind === 'none' ? describeVerification(verification) : '',
    },
    onlyCertificates: {
      label: l10n.t('Certificates instead of those of the system'),
      value: only === undefined ? '' : `${only.from}=${only.path}`,
      text: only === undefined ? '' : located(only),
    },
    sslCertFile: added('SSL_CERT_FILE'),
    sslCertDir: added('SSL_CERT_DIR'),
  };
}

/** For people; `''` where nothing differs from the usual. */
export function describeVerification(verification: ServerVerification): string {
  switch (verification.kind) {
    case 'roots': {
      const paths = verification.added.map(located);
      return paths.length === 0 ? '' : l10n.t("by the system's certificates and by {0}", paths.join(', '));
    }
    case 'only':
      return l10n.t("by {0} instead of the system's certificates", located(verification));
    case 'none':
      return l10n.t('off (from {0})', verification.from);
  }
}

function located({ path, from }: CertificatePath): string {
  return l10n.t('{0} (from {1})', JSON.stringify(inertLine(path, maxShownLength)), from);
}

/** To be said before it is approved. */
export function verificationRisk(verification: ServerVerification, server: string): string | undefined {
  if (verification.kind !== 'none') return undefined;
  return l10n.t(
    'The certificate of {0} is not checked, because {1} says so: anyone on the network can pose as it and get the credential.',
    server,
    verification.from,
  );
}
