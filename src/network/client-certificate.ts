import { createPrivateKey, X509Certificate } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import { Problem } from '../problem.ts';
import type { ProblemCode } from '../problem.ts';
import { readSmallFile, UnreadFile } from '../read-small-file.ts';
import { certificatesIn } from './certificates.ts';

/** As Python's requests takes them: one PEM file with both, or one for each. */
export interface ClientCertificateFiles {
  readonly certFile: string;
  /** `undefined`: the key is in `certFile`, too. */
  readonly keyFile: string | undefined;
}

/** What identifies this machine's user to a server; PEM texts, of which the key is a secret. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

const maxBytes = 1_000_000;
const keyPattern = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^]+?-----END \1-----/;

/** Reads and checks both. Every failure is a `Problem`, which repeats nothing of the files. */
export async function readClientCertificate({
  certFile,
  keyFile = certFile,
}: ClientCertificateFiles): Promise<ClientCertificate> {
  const certificates = certificatesIn(await read(certFile));
  const [leaf] = certificates;
  if (leaf === undefined) throw unreadable(certFile, l10n.t('it contains no PEM certificate'));
  const [key, kind = ''] = keyPattern.exec(await read(keyFile)) ?? [];
  if (key === undefined) throw unreadable(keyFile, l10n.t('it contains no PEM private key'));
  if (kind.startsWith('ENCRYPTED') || key.includes('Proc-Type: 4,ENCRYPTED')) throw encrypted(keyFile);
  if (!fits(leaf, key, { certFile, keyFile })) throw mismatch(certFile, keyFile);
  return { cert: certificates.join('\n'), key };
}

async function read(file: string): Promise<string> {
  try {
    return await readSmallFile(file, maxBytes);
  } catch (error) {
    if (!(error instanceof UnreadFile)) throw error;
    throw error.code === 'ENOENT' ? missing(file) : unreadable(file, error.message);
  }
}

function fits(leaf: string, key: string, files: Required<{ certFile: string; keyFile: string }>): boolean {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(leaf);
  } catch {
    throw unreadable(files.certFile, l10n.t('its certificate is malformed'));
  }
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    // OpenSSL's own words may quote the file.
    throw unreadable(files.keyFile, l10n.t('its private key is malformed'));
  }
}

function missing(file: string): Problem {
  return problem(
    'upstream.clientCertificateMissing',
    l10n.t('The client certificate {0} does not exist.', file),
  );
}

function unreadable(file: string, reason: string): Problem {
  const message = l10n.t('The client certificate {0} cannot be used: {1}.', file, reason);
  return problem('upstream.clientCertificateUnreadable', message);
}

function mismatch(certFile: string, keyFile: string): Problem {
  const message = l10n.t(
    'The key in {0} does not belong to the client certificate in {1}.',
    keyFile,
    certFile,
  );
  return problem('upstream.clientCertificateKeyMismatch', message);
}

function encrypted(keyFile: string): Problem {
  return problem(
    'upstream.clientCertificateKeyEncrypted',
    l10n.t('The key of the client certificate, in {0}, is encrypted.', keyFile),
    l10n.t('Set mlflowSecretsAuth.tls.clientKeyFile to an unencrypted key that only you can read.'),
  );
}

function problem(
  code: ProblemCode,
  message: string,
  remedy = l10n.t(
    'Correct mlflowSecretsAuth.tls.clientCertFile and mlflowSecretsAuth.tls.clientKeyFile, or MLFLOW_TRACKING_CLIENT_CERT_PATH.',
  ),
): Problem {
  return new Problem({
    code,
    message,
    remedy,
    retry: 'afterFix',
    action: { kind: 'openSetting', setting: 'tls.clientCertFile' },
  });
}
